package io.kantoku.supervisor.sso;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.DocumentStore;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The local users of one domain. */
public final class Users {
    /** The domain of local users. */
    public static final String DOMAIN = "vsphere.local";

    public static final String ADMINISTRATOR = "administrator";

    private static final String KEY = "sso/users/";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final int SHORTEST_PASSWORD = 8;
    private static final PasswordHash NOBODY = PasswordHash.of("nobody has this", new SecureRandom());

    private final DocumentStore documents;
    private final Lockout lockout;
    private final SecureRandom random = new SecureRandom();

    public Users(DocumentStore documents, InstantSource clock) {
        this.documents = documents;
        this.lockout = new Lockout(clock);
    }

    /** Users whose locks end by the system's clock. */
    public Users(DocumentStore documents) {
        this(documents, InstantSource.system());
    }

    public Optional<Principal> find(String name) {
        return document(name).map(Users::principal);
    }

    public boolean exists(String name) {
        return find(name).isPresent();
    }

    public List<Principal> list() {
        List<Principal> principals = new ArrayList<>();
        documents.list(KEY).values().forEach(document -> principals.add(principal(document)));
        return principals;
    }

    /**
     * Makes a user.
     *
     * @throws VapiException {@code INVALID_ARGUMENT} for a name or password that cannot be used, {@code ALREADY_EXISTS}
     */
    public synchronized Principal create(String name, String password, List<String> groups) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!NAME.matcher(lower).matches()) {
            throw VapiException.invalid("'" + name
                    + "' cannot name a user: use 1 to 63 of a-z 0-9 . _ -, beginning with a" + " letter or digit");
        }
        if (password.length() < SHORTEST_PASSWORD) {
            throw VapiException.invalid("the password must have at least " + SHORTEST_PASSWORD + " characters");
        }
        if (exists(lower)) {
            throw VapiException.of(
                    VapiError.ALREADY_EXISTS,
                    "com.vmware.vapi.std.errors.already_exists",
                    "user " + lower + "@" + DOMAIN + " exists already");
        }
        PasswordHash hash = PasswordHash.of(password, random);
        ObjectNode document = Json.object().put("name", lower);
        document.putObject("password")
                .put("iterations", hash.iterations())
                .put("salt", hash.salt())
                .put("hash", hash.hash());
        var array = document.putArray("groups");
        groups.forEach(array::add);
        documents.put(key(lower), document);
        return new Principal(lower, DOMAIN, groups);
    }

    /**
     * The user, if the password is right and the name is not locked after failed logins. Takes as long when there is no such user
     * or it is locked, and does not tell which.
     */
    public Optional<Principal> authenticate(String login, String password) {
        String[] parts = Principal.split(login, DOMAIN);
        String name = parts[0] + "@" + parts[1];
        Optional<JsonNode> document = parts[1].equals(DOMAIN) ? document(parts[0]) : Optional.empty();
        PasswordHash hash = document.map(found -> found.path("password"))
                .map(found -> new PasswordHash(
                        found.path("iterations").asInt(),
                        found.path("salt").asText(),
                        found.path("hash").asText()))
                .orElse(NOBODY);
        boolean right = hash.matches(password) && document.isPresent();
        if (lockout.locked(name)) {
            return Optional.empty();
        }
        if (!right) {
            lockout.failed(name);
            return Optional.empty();
        }
        lockout.succeeded(name);
        return document.map(Users::principal);
    }

    private Optional<JsonNode> document(String name) {
        return NAME.matcher(name).matches() ? documents.get(key(name)) : Optional.empty();
    }

    private static Principal principal(JsonNode document) {
        List<String> groups = new ArrayList<>();
        document.path("groups").forEach(group -> groups.add(group.asText()));
        return new Principal(document.path("name").asText(), DOMAIN, groups);
    }

    /** Document keys have no dots and underscores, so names are kept in hexadecimal. */
    private static String key(String name) {
        return KEY + HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8));
    }
}
