package io.kantoku.apiserver.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.registry.ObjectReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Issues and accepts service-account tokens (KEP-1205, bound tokens). A token is good in the logical cluster that issued it
 * while its service account, and the pod or secret it is bound to, exist with the same uid.
 */
public final class ServiceAccountTokens implements Authenticator {
    /** The shortest and the longest life of a token. */
    public static final Duration SHORTEST = Duration.ofMinutes(10);

    public static final Duration LONGEST = Duration.ofDays(365);

    private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
    private static final Map<String, GroupResource> BINDABLE = Map.of(
            "Pod", new GroupResource("", "pods"),
            "Secret", new GroupResource("", "secrets"),
            "Node", new GroupResource("", "nodes"));
    private static final String PRIVATE = "kubernetes.io";

    private final ClusterTrust trust;
    private final ObjectReader objects;
    private final InstantSource clock;

    public ServiceAccountTokens(ClusterTrust trust, ObjectReader objects, InstantSource clock) {
        this.trust = trust;
        this.objects = objects;
        this.clock = clock;
    }

    /**
     * Answers a {@code TokenRequest} for a service account.
     *
     * @param account the service account
     * @param request the TokenRequest; its status is filled in
     * @return the TokenRequest with {@code status.token} and {@code status.expirationTimestamp}
     * @throws ApiException 400 or 422 when the request cannot be met
     */
    public KubeObject issue(ClusterId cluster, KubeObject account, KubeObject request) {
        ClusterKeys keys = trust.keys(cluster)
                .orElseThrow(() -> ApiException.internal("the cluster has no keys to sign tokens with"));
        Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        long seconds = request.at("spec", "expirationSeconds").asLong(3600);
        if (seconds < SHORTEST.toSeconds() || seconds > LONGEST.toSeconds()) {
            throw ApiException.badRequest("spec.expirationSeconds must be between " + SHORTEST.toSeconds() + " and "
                    + LONGEST.toSeconds() + ", found " + seconds);
        }
        List<String> audiences = new java.util.ArrayList<>();
        request.at("spec", "audiences").forEach(audience -> audiences.add(audience.asText()));
        if (audiences.isEmpty()) {
            audiences.add(keys.issuer());
        }
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("namespace", account.namespace());
        about.put("serviceaccount", Map.of("name", account.name(), "uid", account.uid()));
        bound(cluster, account, request)
                .ifPresent(object -> about.put(
                        object.kind().toLowerCase(java.util.Locale.ROOT),
                        Map.of("name", object.name(), "uid", object.uid())));
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(keys.issuer())
                .subject("system:serviceaccount:" + account.namespace() + ":" + account.name())
                .audience(audiences)
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(seconds)))
                .jwtID(UUID.randomUUID().toString())
                .claim(PRIVATE, about)
                .build();
        request.metadata().put("name", account.name()).put("namespace", account.namespace());
        request.status()
                .put(
                        "token",
                        SignedToken.sign(
                                claims,
                                keys.signingKey(),
                                keys.verificationKeys().getFirst()))
                .put("expirationTimestamp", now.plusSeconds(seconds).toString());
        return request;
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
                || !boundObjectExists(cluster, claims)) {
            throw AuthenticatorChain.unauthorized();
        }
        return Optional.of(user(claims));
    }

    private Optional<KubeObject> bound(ClusterId cluster, KubeObject account, KubeObject request) {
        if (!request.at("spec", "boundObjectRef").isObject()) {
            return Optional.empty();
        }
        String kind = request.text("spec", "boundObjectRef", "kind");
        String name = request.text("spec", "boundObjectRef", "name");
        String uid = request.text("spec", "boundObjectRef", "uid");
        GroupResource resource = BINDABLE.get(kind);
        if (resource == null) {
            throw ApiException.badRequest(
                    "cannot bind token to object of type \"" + kind + "\": use Pod, Secret or Node");
        }
        String namespace = kind.equals("Node") ? "" : account.namespace();
        KubeObject object = objects.find(cluster, resource, new NamespacedName(namespace, name))
                .orElseThrow(() -> ApiException.notFound(resource, name));
        if (!uid.isEmpty() && !uid.equals(object.uid())) {
            throw ApiException.conflict(
                    resource,
                    name,
                    "the UID in the bound object reference (" + uid + ") does not match the UID in record");
        }
        return Optional.of(KubeObject.of(object.json().put("kind", kind)));
    }

    private boolean accountExists(ClusterId cluster, JWTClaimsSet claims) {
        NamespacedName name = new NamespacedName(
                Claims.text(claims, PRIVATE, "namespace"), Claims.text(claims, PRIVATE, "serviceaccount", "name"));
        return objects.find(cluster, ACCOUNTS, name)
                .filter(account -> account.uid().equals(Claims.text(claims, PRIVATE, "serviceaccount", "uid")))
                .isPresent();
    }

    private boolean boundObjectExists(ClusterId cluster, JWTClaimsSet claims) {
        for (Map.Entry<String, GroupResource> kind : BINDABLE.entrySet()) {
            String member = kind.getKey().toLowerCase(java.util.Locale.ROOT);
            String name = Claims.text(claims, PRIVATE, member, "name");
            if (name.isEmpty()) {
                continue;
            }
            String namespace = kind.getKey().equals("Node") ? "" : Claims.text(claims, PRIVATE, "namespace");
            boolean same = objects.find(cluster, kind.getValue(), new NamespacedName(namespace, name))
                    .filter(object -> object.uid().equals(Claims.text(claims, PRIVATE, member, "uid")))
                    .isPresent();
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static UserInfo user(JWTClaimsSet claims) {
        String namespace = Claims.text(claims, PRIVATE, "namespace");
        Map<String, List<String>> extra = new LinkedHashMap<>();
        extra.put("authentication.kubernetes.io/credential-id", List.of("JTI=" + claims.getJWTID()));
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
