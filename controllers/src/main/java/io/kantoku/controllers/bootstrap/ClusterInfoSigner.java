package io.kantoku.controllers.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs the kubeconfig in {@code kube-public/cluster-info} with each bootstrap token that is for signing, so that a node that knows a token
 * knows whom it talks to (upstream's bootstrap signer): a detached JWS (RFC 7515, HS256) per token. Requests name the ConfigMap.
 */
public final class ClusterInfoSigner implements Reconciler {
    static final String SIGNATURE = "jws-kubeconfig-";
    private static final NamespacedName INFO = new NamespacedName("kube-public", "cluster-info");
    private static final String ALGORITHM = "HmacSHA256";

    private final Clusters clusters;
    private final InstantSource clock;

    public ClusterInfoSigner(Clusters clusters, InstantSource clock) {
        this.clusters = clusters;
        this.clock = clock;
    }

    /** Leads from the ConfigMap to itself. */
    public static Mapper configMaps() {
        return (cluster, map, previous) -> map.namespacedName().equals(INFO) && !Mapper.isDeletion(map, previous)
                ? List.of(new Request(cluster, INFO))
                : List.of();
    }

    /** Leads from a token that comes, changes or goes to the ConfigMap. */
    public static Mapper secrets() {
        return (cluster, secret, _) ->
                BootstrapToken.of(secret).isPresent() ? List.of(new Request(cluster, INFO)) : List.of();
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject info = client.find(Resources.CONFIG_MAPS, INFO).orElse(null);
        String content = info == null ? "" : info.at("data", "kubeconfig").asText("");
        if (info == null || content.isEmpty()) {
            return Result.done();
        }
        Map<String, String> signatures = new TreeMap<>();
        Instant now = clock.instant();
        for (KubeObject secret : client.list(Resources.SECRETS, Query.in(BootstrapToken.NAMESPACE))
                .items()) {
            BootstrapToken.of(secret)
                    .filter(token -> token.signs() && !token.expired(now))
                    .ifPresent(token -> signatures.put(SIGNATURE + token.id(), sign(content, token)));
        }
        KubeObject wanted = info.copy();
        ObjectNode data = wanted.json().withObjectProperty("data");
        data.propertyStream()
                .map(Map.Entry::getKey)
                .filter(key -> key.startsWith(SIGNATURE))
                .toList()
                .forEach(data::remove);
        signatures.forEach(data::put);
        if (!wanted.equals(info)) {
            client.update(Resources.CONFIG_MAPS, wanted);
        }
        return Result.done();
    }

    /** The signature of a text with the middle part, the text itself, left out. */
    static String sign(String content, BootstrapToken token) {
        String header = base64("{\"alg\":\"HS256\",\"kid\":\"" + token.id() + "\"}");
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(token.secret().getBytes(StandardCharsets.UTF_8), ALGORITHM));
            byte[] signature = mac.doFinal((header + "." + base64(content)).getBytes(StandardCharsets.US_ASCII));
            return header + ".." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
