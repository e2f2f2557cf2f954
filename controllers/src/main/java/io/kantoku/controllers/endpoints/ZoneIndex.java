package io.kantoku.controllers.endpoints;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.ObjectListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The zones of nodes that have one. Written by the nodes' subscription. */
public final class ZoneIndex implements ObjectListener {
    private static final String ZONE = "topology.kubernetes.io/zone";

    private final Map<ClusterId, Map<String, String>> zones = new ConcurrentHashMap<>();

    @Override
    public void onPresent(ClusterId cluster, KubeObject node, @Nullable KubeObject previous) {
        String zone = node.labels().getOrDefault(ZONE, "");
        if (zone.isEmpty()) {
            onDeleted(cluster, node);
        } else {
            zones.compute(cluster, (_, known) -> {
                Map<String, String> next = known == null ? new ConcurrentHashMap<>() : known;
                next.put(node.name(), zone);
                return next;
            });
        }
    }

    @Override
    public void onDeleted(ClusterId cluster, KubeObject node) {
        zones.computeIfPresent(cluster, (_, known) -> {
            known.remove(node.name());
            return known.isEmpty() ? null : known;
        });
    }

    /** The node's zone, {@code ""} when it has none. */
    String zone(ClusterId cluster, String node) {
        return zones.getOrDefault(cluster, Map.of()).getOrDefault(node, "");
    }
}
