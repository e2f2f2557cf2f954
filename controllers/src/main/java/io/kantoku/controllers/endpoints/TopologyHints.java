package io.kantoku.controllers.endpoints;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Says for which zone each endpoint of a Service is, so that zones get endpoints in proportion to their processors (KEP-2433, topology aware
 * routing). An endpoint is for its own zone unless that zone would have too many or another too few. Without enough endpoints, or when one is
 * in no zone, there are no hints, and all endpoints are for all.
 */
final class TopologyHints {
    private static final String MODE = "service.kubernetes.io/topology-mode";
    private static final String FORMER = "service.kubernetes.io/topology-aware-hints";

    /** By how much a zone's endpoints may have more to do than on average. */
    private static final double OVERLOAD = 0.2;

    private TopologyHints() {}

    /** Whether a Service asks for it. */
    static boolean wanted(KubeObject service) {
        String mode =
                service.annotations().getOrDefault(MODE, service.annotations().getOrDefault(FORMER, ""));
        return mode.equals("Auto") || mode.equals("auto");
    }

    /**
     * The zone that each endpoint is for.
     *
     * @param zones where each ready endpoint is
     * @param shares the part of the processors that each zone has
     * @return in the order of the endpoints; empty when there are to be no hints
     */
    static Optional<List<String>> of(List<String> zones, Map<String, Double> shares) {
        int total = zones.size();
        if (total < shares.size() || !shares.keySet().containsAll(zones)) {
            return Optional.empty();
        }
        Map<String, Integer> least = new TreeMap<>();
        shares.forEach((zone, share) -> least.put(zone, (int) Math.ceil(share * total / (1 + OVERLOAD))));
        int spare = total - least.values().stream().mapToInt(Integer::intValue).sum();
        if (spare < 0) {
            return Optional.empty();
        }
        Map<String, Integer> own = new TreeMap<>();
        shares.keySet().forEach(zone -> own.put(zone, 0));
        zones.forEach(zone -> own.merge(zone, 1, Integer::sum));
        boolean balanced = own.entrySet().stream().allMatch(entry -> {
            int minimum = least.getOrDefault(entry.getKey(), 0);
            return entry.getValue() >= minimum && entry.getValue() <= minimum + spare;
        });
        return Optional.of(balanced ? zones : moved(zones, own, targets(shares, least, spare)));
    }

    /** How many endpoints each zone is to have: the least that it needs, and what is left to where it falls short most. */
    private static Map<String, Integer> targets(Map<String, Double> shares, Map<String, Integer> least, int spare) {
        int total = least.values().stream().mapToInt(Integer::intValue).sum() + spare;
        Map<String, Integer> targets = new TreeMap<>(least);
        for (int i = 0; i < spare; i++) {
            shares.keySet().stream()
                    .max(Comparator.comparingDouble(
                            (String zone) -> shares.getOrDefault(zone, 0.0) * total - targets.getOrDefault(zone, 0)))
                    .ifPresent(zone -> targets.merge(zone, 1, Integer::sum));
        }
        return targets;
    }

    /** The last endpoints of zones that have too many are for zones that have too few. */
    private static List<String> moved(List<String> zones, Map<String, Integer> own, Map<String, Integer> targets) {
        List<String> moved = new ArrayList<>(zones);
        Map<String, Integer> now = new TreeMap<>(own);
        for (int i = zones.size() - 1; i >= 0; i--) {
            String zone = zones.get(i);
            if (now.getOrDefault(zone, 0) > targets.getOrDefault(zone, 0)) {
                Optional<String> other = targets.keySet().stream()
                        .filter(each -> now.getOrDefault(each, 0) < targets.getOrDefault(each, 0))
                        .findFirst();
                if (other.isPresent()) {
                    moved.set(i, other.get());
                    now.merge(zone, -1, Integer::sum);
                    now.merge(other.get(), 1, Integer::sum);
                }
            }
        }
        return moved;
    }

    /** Writes hints into the endpoints of one address type: all of them, or none. */
    static void apply(Collection<ObjectNode> endpoints, Map<String, Double> shares) {
        List<ObjectNode> ready = endpoints.stream()
                .filter(endpoint -> endpoint.at("/conditions/ready").asBoolean())
                .toList();
        of(ready.stream().map(endpoint -> endpoint.path("zone").asText()).toList(), shares)
                .ifPresent(zones -> {
                    for (int i = 0; i < zones.size(); i++) {
                        ready.get(i)
                                .putObject("hints")
                                .putArray("forZones")
                                .addObject()
                                .put("name", zones.get(i));
                    }
                });
    }
}
