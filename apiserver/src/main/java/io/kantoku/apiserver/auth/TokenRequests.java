package io.kantoku.apiserver.auth;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.nimbusds.jwt.JWTClaimsSet;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.registry.ObjectReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Issues service-account tokens (KEP-1205, bound tokens), signed with the key of the account's logical cluster. */
public final class TokenRequests {
    /** The shortest life of a token that can be asked for. */
    public static final Duration SHORTEST = Duration.ofMinutes(10);

    /** The longest life of a token; who asks for more gets this. */
    public static final Duration LONGEST = Duration.ofDays(365);

    private static final GroupKind KIND = new GroupKind("authentication.k8s.io", "TokenRequest");
    private static final long DEFAULT_SECONDS = 3600;

    private final ClusterTrust trust;
    private final ObjectReader objects;
    private final InstantSource clock;

    public TokenRequests(ClusterTrust trust, ObjectReader objects, InstantSource clock) {
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
     * @throws ApiException 400, 404, 409 or 422 when the request cannot be met
     */
    public KubeObject issue(ClusterId cluster, KubeObject account, KubeObject request) {
        ClusterKeys keys = trust.keys(cluster)
                .orElseThrow(() -> ApiException.internal("the cluster has no keys to sign tokens with"));
        Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        Instant end = now.plus(life(request));
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(keys.issuer())
                .subject("system:serviceaccount:" + account.namespace() + ":" + account.name())
                .audience(audiences(keys, request))
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(end))
                .jwtID(UUID.randomUUID().toString())
                .claim(ServiceAccountTokens.PRIVATE, about(cluster, account, request))
                .build();
        String token = SignedToken.sign(
                claims, keys.signingKey(), keys.verificationKeys().getFirst());
        request.json().put("kind", KIND.kind()).put("apiVersion", KIND.group() + "/v1");
        request.metadata()
                .put("name", account.name())
                .put("namespace", account.namespace())
                .put("creationTimestamp", now.toString());
        ArrayNode audiences = request.spec().putArray("audiences");
        claims.getAudience().forEach(audiences::add);
        request.spec().put("expirationSeconds", Duration.between(now, end).toSeconds());
        request.status().put("token", token).put("expirationTimestamp", end.toString());
        return request;
    }

    private static Duration life(KubeObject request) {
        long seconds = request.at("spec", "expirationSeconds").asLong(DEFAULT_SECONDS);
        if (seconds < SHORTEST.toSeconds()) {
            throw ApiException.invalid(
                    KIND,
                    "", // the request has no name
                    List.of(new FieldError(
                            FieldError.Kind.INVALID,
                            "spec.expirationSeconds",
                            LongNode.valueOf(seconds),
                            "may not specify a duration less than 10 minutes")));
        }
        return Duration.ofSeconds(Math.min(seconds, LONGEST.toSeconds()));
    }

    private static List<String> audiences(ClusterKeys keys, KubeObject request) {
        List<String> audiences = new ArrayList<>();
        request.at("spec", "audiences").forEach(audience -> audiences.add(audience.asText()));
        return audiences.isEmpty() ? List.of(keys.issuer()) : audiences;
    }

    private Map<String, Object> about(ClusterId cluster, KubeObject account, KubeObject request) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("namespace", account.namespace());
        about.put("serviceaccount", Map.of("name", account.name(), "uid", account.uid()));
        String kind = request.text("spec", "boundObjectRef", "kind");
        bound(cluster, account, request)
                .ifPresent(object ->
                        about.put(kind.toLowerCase(Locale.ROOT), Map.of("name", object.name(), "uid", object.uid())));
        return about;
    }

    private Optional<KubeObject> bound(ClusterId cluster, KubeObject account, KubeObject request) {
        if (!request.at("spec", "boundObjectRef").isObject()) {
            return Optional.empty();
        }
        String kind = request.text("spec", "boundObjectRef", "kind");
        String name = request.text("spec", "boundObjectRef", "name");
        String uid = request.text("spec", "boundObjectRef", "uid");
        GroupResource resource = ServiceAccountTokens.BINDABLE.get(kind);
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
                    "the UID in the bound object reference (" + uid + ") does not match the UID in record."
                            + " The object might have been deleted and then recreated");
        }
        if (kind.equals("Pod") && !object.text("spec", "serviceAccountName").equals(account.name())) {
            throw ApiException.badRequest("cannot bind token for serviceaccount \"" + account.name()
                    + "\" to pod running with different serviceaccount name.");
        }
        return Optional.of(object);
    }
}
