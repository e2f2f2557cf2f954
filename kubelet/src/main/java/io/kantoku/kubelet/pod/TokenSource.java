package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Resources;
import io.kantoku.client.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Tokens of a pod's service account, each bound to the pod, and replaced after four fifths of their life or a day. Owned by the pod's
 * worker.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/">Service account token volume
 *     projection</a>
 */
final class TokenSource {
    private static final long DEFAULT_SECONDS = 3600;
    private static final Duration LONGEST = Duration.ofHours(24);

    /** A token is never printed. */
    private record Held(String token, Instant replace) {
        @Override
        public String toString() {
            return "Held[until " + replace + "]";
        }
    }

    private final KubeClient client;
    private final Map<String, Held> held = new HashMap<>();

    TokenSource(KubeClient client) {
        this.client = client;
    }

    /** The token for a projection, the same until it is time for another. */
    String token(KubeObject pod, JsonNode projection, Instant now) {
        String audience = projection.path("audience").asText();
        long seconds = projection.path("expirationSeconds").asLong(DEFAULT_SECONDS);
        String key = audience + " " + seconds;
        Held present = held.get(key);
        if (present != null && now.isBefore(present.replace())) {
            return present.token();
        }
        KubeObject answer = client.post(
                Resources.SERVICE_ACCOUNTS,
                new NamespacedName(pod.namespace(), account(pod)),
                "token",
                request(pod, audience, seconds));
        String token = answer.text("status", "token");
        Instant end =
                Timestamps.parse(answer.text("status", "expirationTimestamp")).orElse(now.plusSeconds(seconds));
        Duration life = Duration.between(now, end).multipliedBy(4).dividedBy(5);
        held.put(key, new Held(token, now.plus(life.compareTo(LONGEST) > 0 ? LONGEST : life)));
        return token;
    }

    private static String account(KubeObject pod) {
        String account = pod.text("spec", "serviceAccountName");
        return account.isEmpty() ? "default" : account;
    }

    private static KubeObject request(KubeObject pod, String audience, long seconds) {
        KubeObject request = KubeObject.create(
                new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest"), pod.namespace(), account(pod));
        ObjectNode spec = request.spec();
        ArrayNode audiences = spec.putArray("audiences");
        if (!audience.isEmpty()) {
            audiences.add(audience);
        }
        spec.put("expirationSeconds", seconds);
        spec.putObject("boundObjectRef")
                .put("kind", "Pod")
                .put("apiVersion", "v1")
                .put("name", pod.name())
                .put("uid", pod.uid());
        return request;
    }
}
