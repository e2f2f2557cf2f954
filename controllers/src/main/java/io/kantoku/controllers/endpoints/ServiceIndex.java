package io.kantoku.controllers.endpoints;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Request;
import io.kantoku.controllers.Pods;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The selectors of all Services, to find those that a pod belongs to. Written by the Services' subscription. */
public final class ServiceIndex implements ObjectListener {
    private final Map<Home, Map<String, Map<String, String>>> selectors = new ConcurrentHashMap<>();
    private final Map<ClusterId, Set<NamespacedName>> routedByZones = new ConcurrentHashMap<>();

    @Override
    public void onPresent(ClusterId cluster, KubeObject service, @Nullable KubeObject previous) {
        if (TopologyHints.wanted(service)) {
            routedByZones
                    .computeIfAbsent(cluster, absent -> ConcurrentHashMap.newKeySet())
                    .add(service.namespacedName());
        } else {
            forgetRouting(cluster, service);
        }
        Map<String, String> selector = selector(service);
        if (selector.isEmpty()) {
            onDeleted(cluster, service); // nothing selects its endpoints, by zones or otherwise
        } else {
            selectors.compute(new Home(cluster, service.namespace()), (_, known) -> {
                Map<String, Map<String, String>> next = known == null ? new ConcurrentHashMap<>() : known;
                next.put(service.name(), selector);
                return next;
            });
        }
    }

    @Override
    public void onDeleted(ClusterId cluster, KubeObject service) {
        forgetRouting(cluster, service);
        selectors.computeIfPresent(new Home(cluster, service.namespace()), (_, known) -> {
            known.remove(service.name());
            return known.isEmpty() ? null : known;
        });
    }

    private void forgetRouting(ClusterId cluster, KubeObject service) {
        routedByZones.computeIfPresent(cluster, (_, known) -> {
            known.remove(service.namespacedName());
            return known.isEmpty() ? null : known;
        });
    }

    /** Leads from a node that changes the shares of zones to the Services that are routed by them. */
    public Mapper nodes() {
        return (cluster, node, previous) -> {
            Set<NamespacedName> services = routedByZones.getOrDefault(cluster, Set.of());
            boolean concerned = !services.isEmpty()
                    && (previous == null || Mapper.isDeletion(node, previous) || ZoneIndex.matters(node, previous));
            return concerned
                    ? services.stream().map(name -> new Request(cluster, name)).toList()
                    : List.of();
        };
    }

    /** Leads from a pod to the Services that select it, now or before, when something about it matters to them. */
    public Mapper pods() {
        return (cluster, pod, previous) -> {
            if (previous != null && !Mapper.isDeletion(pod, previous) && isSame(previous, pod)) {
                return Set.of();
            }
            Set<Request> requests = new LinkedHashSet<>();
            find(cluster, pod, requests);
            if (previous != null
                    && !Mapper.isDeletion(pod, previous)
                    && !previous.labels().equals(pod.labels())) {
                find(cluster, previous, requests);
            }
            return requests;
        };
    }

    static Map<String, String> selector(KubeObject service) {
        Map<String, String> selector = new java.util.TreeMap<>();
        service.at("spec", "selector")
                .properties()
                .forEach(label -> selector.put(label.getKey(), label.getValue().asText()));
        return selector;
    }

    private void find(ClusterId cluster, KubeObject pod, Collection<Request> requests) {
        Map<String, Map<String, String>> services = selectors.get(new Home(cluster, pod.namespace()));
        if (services != null) {
            Map<String, String> labels = pod.labels();
            services.forEach((name, selector) -> {
                if (labels.entrySet().containsAll(selector.entrySet())) {
                    requests.add(new Request(cluster, new NamespacedName(pod.namespace(), name)));
                }
            });
        }
    }

    private static boolean isSame(KubeObject before, KubeObject after) {
        return Pods.isReady(before) == Pods.isReady(after)
                && before.deleting() == after.deleting()
                && Pods.isTerminal(before) == Pods.isTerminal(after)
                && before.at("status", "podIPs").equals(after.at("status", "podIPs"))
                && before.text("status", "podIP").equals(after.text("status", "podIP"))
                && Pods.nodeName(before).equals(Pods.nodeName(after))
                && before.labels().equals(after.labels());
    }

    private record Home(ClusterId cluster, String namespace) {}
}
