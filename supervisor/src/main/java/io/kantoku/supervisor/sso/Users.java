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
        requireGood(password);
        if (exists(lower)) {
            throw VapiException.of(
                    VapiError.ALREADY_EXISTS,
                    "com.vmware.vapi.std.errors.already_exists",
                    "user " + lower + "@" + DOMAIN + " exists already");
        }
        ObjectNode document = Json.object().put("name", lower);
        password(document, password);
        groups(document, groups);
        documents.put(key(lower), document);
        return new Principal(lower, DOMAIN, groups);
    }

    /** Gives a user another password; {@code NOT_FOUND}, or {@code INVALID_ARGUMENT} for one that is too short. */
    public synchronized Principal setPassword(String name, String password) {
        ObjectNode document = existing(name);
        requireGood(password);
        password(document, password);
        documents.put(key(document.path("name").asText()), document);
        return principal(document);
    }

    /** Puts a user into other groups; {@code NOT_FOUND}, or {@code NOT_ALLOWED_IN_CURRENT_STATE} for the last administrator. */
    public synchronized Principal setGroups(String name, List<String> groups) {
        ObjectNode document = existing(name);
        if (name.equals(ADMINISTRATOR) && !groups.contains(Principal.ADMINISTRATORS)) {
            throw protectedUser();
        }
        groups(document, groups);
        documents.put(key(name), document);
        return principal(document);
    }

    /** Removes a user; {@code NOT_FOUND}, or {@code NOT_ALLOWED_IN_CURRENT_STATE} for the administrator. */
    public synchronized Principal delete(String name) {
        ObjectNode document = existing(name);
        if (name.equals(ADMINISTRATOR)) {
            throw protectedUser();
        }
        documents.delete(key(name));
        return principal(document);
    }

    /** Whether logins of the user are refused now, after failed ones. */
    public boolean locked(String name) {
        return lockout.locked(name + "@" + DOMAIN);
    }

    /** Lets a user try again at once; {@code NOT_FOUND}. */
    public void unlock(String name) {
        existing(name);
        lockout.succeeded(name + "@" + DOMAIN);
    }

    private ObjectNode existing(String name) {
        return document(name)
                .map(document -> (ObjectNode) document.deepCopy())
                .orElseThrow(() -> VapiException.notFound("user", name + "@" + DOMAIN));
    }

    private static VapiException protectedUser() {
        return VapiException.of(
                VapiError.NOT_ALLOWED_IN_CURRENT_STATE,
                "com.vmware.vapi.std.errors.not_allowed_in_current_state",
                "the user " + ADMINISTRATOR + " stays, and stays an administrator, so that there is always one");
    }

    private static void requireGood(String password) {
        if (password.length() < SHORTEST_PASSWORD) {
            throw VapiException.invalid("the password must have at least " + SHORTEST_PASSWORD + " characters");
        }
    }

    private void password(ObjectNode document, String password) {
        PasswordHash hash = PasswordHash.of(password, random);
        document.putObject("password")
                .put("iterations", hash.iterations())
                .put("salt", hash.salt())
                .put("hash", hash.hash());
    }

    private static void groups(ObjectNode document, List<String> groups) {
        var array = document.putArray("groups");
        groups.forEach(array::add);
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
