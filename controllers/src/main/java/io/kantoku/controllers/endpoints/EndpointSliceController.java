package io.kantoku.controllers.endpoints;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keeps the EndpointSlices of Services that have a selector. Requests name Services. */
public final class EndpointSliceController implements Reconciler {
    static final String MANAGER = "endpointslice-controller.k8s.io";

    private final Clusters clusters;
    private final ZoneIndex zones;

    public EndpointSliceController(Clusters clusters, ZoneIndex zones) {
        this.clusters = clusters;
        this.zones = zones;
    }

    /** Leads from a slice that somebody else changed or deleted to its Service. */
    public static Mapper slices() {
        return Slices.mapper(MANAGER);
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject service = client.find(Resources.SERVICES, request.name()).orElse(null);
        // The slices of a deleted Service go with it: it owns them.
        if (service == null || service.deleting()) {
            return Result.done();
        }
        List<KubeObject> present = Slices.present(client, service.namespacedName(), MANAGER);
        if (!EndpointsController.isManaged(service)) {
            Slices.carryOut(client, new SlicePlan(List.of(), List.of(), present));
            return Result.done();
        }
        List<KubeObject> pods = EndpointsController.selected(client, service);
        Slices.carryOut(client, plan(request.cluster(), service, pods, present));
        return Result.done();
    }

    private SlicePlan plan(ClusterId cluster, KubeObject service, List<KubeObject> pods, List<KubeObject> present) {
        Map<String, String> labels = new TreeMap<>(service.labels());
        labels.put(Slices.SERVICE_NAME, service.name());
        labels.put(Slices.MANAGED_BY, MANAGER);
        if (EndpointsPlan.isHeadless(service)) {
            labels.put(EndpointsPlan.HEADLESS, "");
        }
        return SlicePlan.plan(
                new SlicePlan.Frame(service, service.name() + "-", labels), groups(cluster, service, pods), present);
    }

    private List<SlicePlan.Group> groups(ClusterId cluster, KubeObject service, List<KubeObject> pods) {
        List<SlicePlan.Group> groups = new ArrayList<>();
        boolean portless = service.at("spec", "ports").isEmpty();
        for (Family family : Family.of(service)) {
            Map<List<Backend.Port>, Map<String, ObjectNode>> byPorts = new LinkedHashMap<>();
            for (Backend backend : Backend.of(service, pods, family)) {
                if (backend.ports().isEmpty() && !portless) {
                    continue;
                }
                ObjectNode endpoint = endpoint(cluster, service, backend);
                byPorts.computeIfAbsent(backend.ports(), _ -> new LinkedHashMap<>())
                        .put(SlicePlan.key(endpoint), endpoint);
            }
            if (byPorts.isEmpty()) {
                // A Service without endpoints keeps one empty slice, so that clients see that it has none.
                byPorts.put(List.of(), Map.of());
            }
            if (TopologyHints.wanted(service)) {
                List<ObjectNode> all = byPorts.values().stream()
                        .flatMap(endpoints -> endpoints.values().stream())
                        .toList();
                zones.shares(cluster).ifPresent(shares -> TopologyHints.apply(all, shares));
            }
            byPorts.forEach((ports, endpoints) -> {
                ArrayNode list = SlicePlan.ports(ports);
                groups.add(new SlicePlan.Group(family, list, endpoints));
            });
        }
        return groups;
    }

    /** For whom the endpoint is, where {@code trafficDistribution} prefers those near it (KEP-4444, KEP-3015). */
    private static Optional<ObjectNode> hints(KubeObject service, String node, String zone) {
        String distribution = service.text("spec", "trafficDistribution");
        boolean sameNode = distribution.equals("PreferSameNode");
        boolean sameZone = distribution.equals("PreferClose") || distribution.equals("PreferSameZone");
        ObjectNode hints = Json.object();
        if ((sameNode || sameZone) && !zone.isEmpty()) {
            hints.putArray("forZones").addObject().put("name", zone);
        }
        if (sameNode && !node.isEmpty()) {
            hints.putArray("forNodes").addObject().put("name", node);
        }
        return hints.isEmpty() ? Optional.empty() : Optional.of(hints);
    }

    private ObjectNode endpoint(ClusterId cluster, KubeObject service, Backend backend) {
        ObjectNode endpoint = Json.object();
        endpoint.putArray("addresses").add(backend.address());
        endpoint.putObject("conditions")
                .put("ready", backend.ready())
                .put("serving", backend.serving())
                .put("terminating", backend.terminating());
        if (!backend.hostname().isEmpty()) {
            endpoint.put("hostname", backend.hostname());
        }
        endpoint.set("targetRef", EndpointsPlan.targetRef(backend));
        if (!backend.node().isEmpty()) {
            endpoint.put("nodeName", backend.node());
        }
        String zone = zones.zone(cluster, backend.node());
        if (!zone.isEmpty()) {
            endpoint.put("zone", zone);
        }
        if (backend.ready() && !TopologyHints.wanted(service)) {
            hints(service, backend.node(), zone).ifPresent(hints -> endpoint.set("hints", hints));
        }
        return endpoint;
    }
}
