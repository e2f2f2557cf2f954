package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import java.util.List;

/**
 * The quality of service of a pod, which follows from its own requests and limits, or those of its containers.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/">Pod Quality of Service Classes</a>
 */
enum QosClass {
    GUARANTEED("Guaranteed", ""),
    BURSTABLE("Burstable", "/burstable"),
    BEST_EFFORT("BestEffort", "/besteffort");

    private static final List<String> COUNTED = List.of("cpu", "memory");

    private final String text;
    private final String group;

    QosClass(String text, String group) {
        this.text = text;
        this.group = group;
    }

    String text() {
        return text;
    }

    /** The part of its control group's path, {@code ""} for none. */
    String group() {
        return group;
    }

    static QosClass of(KubeObject pod) {
        JsonNode whole = pod.at("spec", "resources");
        List<JsonNode> all = whole.isObject() && !whole.isEmpty()
                ? List.of(whole)
                : PodContainer.all(pod).stream()
                        .filter(container -> container.role() != PodContainer.Role.EPHEMERAL)
                        .map(container -> container.json().path("resources"))
                        .toList();
        boolean any = false;
        boolean guaranteed = true;
        for (JsonNode resources : all) {
            for (String name : COUNTED) {
                Quantity limit = quantity(resources.path("limits").path(name));
                Quantity request = resources.path("requests").has(name)
                        ? quantity(resources.path("requests").path(name))
                        : limit;
                any |= !limit.isZero() || !request.isZero();
                guaranteed &= !limit.isZero() && limit.compareTo(request) == 0;
            }
        }
        return !any ? BEST_EFFORT : guaranteed ? GUARANTEED : BURSTABLE;
    }

    private static Quantity quantity(JsonNode node) {
        return node.isMissingNode() ? Quantity.ZERO : Quantity.parse(node.asText());
    }
}
