package io.kantoku.controllers.endpoints;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.client.ObjectListener;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Where nodes are, and how much they can do. Written by the nodes' subscription. */
public final class ZoneIndex implements ObjectListener {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String CONTROL_PLANE = "node-role.kubernetes.io/control-plane";
    private static final String MASTER = "node-role.kubernetes.io/master";

    private final Map<ClusterId, Map<String, Place>> places = new ConcurrentHashMap<>();

    /**
     * A node.
     *
     * @param zone {@code ""} when it has none
     * @param counts whether it takes workloads now: it is ready, and no control plane
     * @param cpu what it has for pods, in thousandths of a processor
     */
    private record Place(String zone, boolean counts, long cpu) {}

    @Override
    public void onPresent(ClusterId cluster, KubeObject node, @Nullable KubeObject previous) {
        Place place = place(node);
        places.compute(cluster, (_, known) -> {
            Map<String, Place> next = known == null ? new ConcurrentHashMap<>() : known;
            next.put(node.name(), place);
            return next;
        });
    }

    @Override
    public void onDeleted(ClusterId cluster, KubeObject node) {
        places.computeIfPresent(cluster, (_, known) -> {
            known.remove(node.name());
            return known.isEmpty() ? null : known;
        });
    }

    /** Whether a change of a node changes the shares of zones. */
    static boolean matters(KubeObject node, KubeObject before) {
        return !place(node).equals(place(before));
    }

    private static Place place(KubeObject node) {
        Map<String, String> labels = node.labels();
        boolean ready = node.at("status", "conditions")
                .valueStream()
                .anyMatch(condition -> condition.path("type").asText().equals("Ready")
                        && condition.path("status").asText().equals("True"));
        String cpu = node.text("status", "allocatable", "cpu");
        return new Place(
                labels.getOrDefault(ZONE, ""),
                ready && !labels.containsKey(CONTROL_PLANE) && !labels.containsKey(MASTER),
                cpu.isEmpty() ? 0 : Quantity.parse(cpu).toMilli());
    }

    /** The node's zone, {@code ""} when it has none. */
    String zone(ClusterId cluster, String node) {
        Place place = places.getOrDefault(cluster, Map.of()).get(node);
        return place == null ? "" : place.zone();
    }

    /**
     * The part of the processors that each zone has, by name; together 1. Empty when a node that takes workloads does not say where it is or
     * what it has, or when there are not two zones.
     */
    Optional<Map<String, Double>> shares(ClusterId cluster) {
        Map<String, Double> shares = new TreeMap<>();
        double all = 0;
        for (Place place : places.getOrDefault(cluster, Map.of()).values()) {
            if (place.counts()) {
                if (place.zone().isEmpty() || place.cpu() == 0) {
                    return Optional.empty();
                }
                shares.merge(place.zone(), (double) place.cpu(), Double::sum);
                all += place.cpu();
            }
        }
        double total = all;
        shares.replaceAll((_, cpu) -> cpu / total);
        return shares.size() < 2 ? Optional.empty() : Optional.of(shares);
    }
}
