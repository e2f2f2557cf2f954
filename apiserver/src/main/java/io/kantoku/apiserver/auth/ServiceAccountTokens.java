package io.kantoku.apiserver.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.registry.ObjectReader;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Accepts service-account tokens (KEP-1205, bound tokens). A token is good in the logical cluster that issued it while its
 * service account, and the pod, secret or node it is bound to, exist with the same uid.
 */
public final class ServiceAccountTokens implements Authenticator {
    /** The claim that says what the token is about. */
    static final String PRIVATE = "kubernetes.io";

    /** What a token can be bound to. */
    static final Map<String, GroupResource> BINDABLE = Map.of(
            "Pod", new GroupResource("", "pods"),
            "Secret", new GroupResource("", "secrets"),
            "Node", new GroupResource("", "nodes"));

    private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");

    private final ClusterTrust trust;
    private final ObjectReader objects;
    private final InstantSource clock;

    private final SecretTokens secrets;

    /** @param secrets follows the use of tokens that are kept in Secrets */
    public ServiceAccountTokens(ClusterTrust trust, ObjectReader objects, SecretTokens secrets, InstantSource clock) {
        this.trust = trust;
        this.objects = objects;
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public Optional<UserInfo> authenticate(ClusterId cluster, Credential credential) {
        if (!(credential instanceof Credential.Bearer(String text))) {
            return Optional.empty();
        }
        Optional<ClusterKeys> keys = trust.keys(cluster);
        Optional<SignedToken> token = SignedToken.parse(text);
        if (keys.isEmpty()
                || token.isEmpty()
                || !keys.get().issuer().equals(token.get().claims().getIssuer())) {
            return Optional.empty();
        }
        JWTClaimsSet claims = token.get().claims();
        if (!token.get().signedBy(keys.get().verificationKeys())
                || !TokenTimes.valid(claims, clock.instant())
                || !claims.getAudience().contains(keys.get().issuer())
                || !accountExists(cluster, claims)
                || !boundObjectsExist(cluster, claims)) {
            throw AuthenticatorChain.unauthorized();
        }
        String secret = Claims.text(claims, PRIVATE, "secret", "name");
        if (!secret.isEmpty()) {
            secrets.used(cluster, new NamespacedName(Claims.text(claims, PRIVATE, "namespace"), secret));
        }
        return Optional.of(user(claims));
    }

    private boolean accountExists(ClusterId cluster, JWTClaimsSet claims) {
        return exists(cluster, ACCOUNTS, Claims.text(claims, PRIVATE, "namespace"), claims, "serviceaccount");
    }

    private boolean boundObjectsExist(ClusterId cluster, JWTClaimsSet claims) {
        return BINDABLE.entrySet().stream().allMatch(bindable -> {
            String member = bindable.getKey().toLowerCase(Locale.ROOT);
            String namespace = member.equals("node") ? "" : Claims.text(claims, PRIVATE, "namespace");
            return Claims.text(claims, PRIVATE, member, "name").isEmpty()
                    || exists(cluster, bindable.getValue(), namespace, claims, member);
        });
    }

    /** Whether the object that a member of the private claim names is the one of its uid. */
    private boolean exists(
            ClusterId cluster, GroupResource resource, String namespace, JWTClaimsSet claims, String member) {
        String name = Claims.text(claims, PRIVATE, member, "name");
        String uid = Claims.text(claims, PRIVATE, member, "uid");
        return objects.find(cluster, resource, new NamespacedName(namespace, name))
                .filter(object -> object.uid().equals(uid))
                .isPresent();
    }

    private static UserInfo user(JWTClaimsSet claims) {
        String namespace = Claims.text(claims, PRIVATE, "namespace");
        Map<String, List<String>> extra = new LinkedHashMap<>();
        extra.put(UserInfo.CREDENTIAL_ID, List.of("JTI=" + claims.getJWTID()));
        String pod = Claims.text(claims, PRIVATE, "pod", "name");
        if (!pod.isEmpty()) {
            extra.put("authentication.kubernetes.io/pod-name", List.of(pod));
            extra.put("authentication.kubernetes.io/pod-uid", List.of(Claims.text(claims, PRIVATE, "pod", "uid")));
        }
        return new UserInfo(
                claims.getSubject(),
                Claims.text(claims, PRIVATE, "serviceaccount", "uid"),
                List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"),
                extra);
    }
}
