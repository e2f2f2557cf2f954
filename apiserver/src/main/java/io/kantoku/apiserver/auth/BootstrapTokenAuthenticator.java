package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.registry.ObjectReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Accepts the tokens with which nodes join: Secrets {@code kube-system/bootstrap-token-<id>}, as upstream describes them. */
public final class BootstrapTokenAuthenticator implements Authenticator {
    private static final Pattern FORM = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})");
    private static final GroupResource SECRETS = new GroupResource("", "secrets");

    private final ObjectReader objects;
    private final InstantSource clock;

    public BootstrapTokenAuthenticator(ObjectReader objects, InstantSource clock) {
        this.objects = objects;
        this.clock = clock;
    }

    @Override
    public Optional<UserInfo> authenticate(ClusterId cluster, Credential credential) {
        if (!(credential instanceof Credential.Bearer(String token))) {
            return Optional.empty();
        }
        Matcher parts = FORM.matcher(token);
        if (!parts.matches()) {
            return Optional.empty();
        }
        NamespacedName name = new NamespacedName("kube-system", "bootstrap-token-" + parts.group(1));
        KubeObject secret = objects.find(cluster, SECRETS, name)
                .filter(found -> found.text("type").equals("bootstrap.kubernetes.io/token"))
                .filter(found -> !found.deleting())
                .orElseThrow(AuthenticatorChain::unauthorized);
        if (!same(data(secret, "token-id"), parts.group(1))
                || !same(data(secret, "token-secret"), parts.group(2))
                || !data(secret, "usage-bootstrap-authentication").equals("true")
                || expired(secret)) {
            throw AuthenticatorChain.unauthorized();
        }
        List<String> groups = new ArrayList<>(List.of("system:bootstrappers"));
        for (String group : data(secret, "auth-extra-groups").split(",", -1)) {
            if (group.startsWith("system:bootstrappers:")) {
                groups.add(group);
            }
        }
        return Optional.of(new UserInfo("system:bootstrap:" + parts.group(1), "", groups, Map.of()));
    }

    /** A date that cannot be read is over. */
    private boolean expired(KubeObject secret) {
        if (secret.text("data", "expiration").isEmpty()) {
            return false;
        }
        try {
            return !OffsetDateTime.parse(data(secret, "expiration")).toInstant().isAfter(clock.instant());
        } catch (DateTimeParseException e) {
            return true;
        }
    }

    /** In constant time. */
    private static boolean same(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    /** A value of the Secret; {@code ""} when it is absent or not Base64. */
    private static String data(KubeObject secret, String key) {
        try {
            return new String(Base64.getDecoder().decode(secret.text("data", key)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
