package io.kantoku.controllers.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.TreeMap;

/**
 * Copies Endpoints that somebody wrote for a Service without a selector into EndpointSlices, which is what proxies read.
 * Requests name Services and Endpoints, whose names are the same.
 */
public final class MirroringController implements Reconciler {
    static final String MANAGER = "endpointslicemirroring-controller.k8s.io";
    private static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
    private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";

    /** Of each subset; upstream's {@code --mirroring-max-endpoints-per-subset}. */
    private static final int MOST_ADDRESSES = 1000;

    private final Clusters clusters;

    public MirroringController(Clusters clusters) {
        this.clusters = clusters;
    }

    /** Leads from a slice that somebody else changed or deleted to its Service. */
    public static Mapper slices() {
        return Slices.mapper(MANAGER);
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject endpoints = client.find(Resources.ENDPOINTS, request.name()).orElse(null);
        KubeObject service = client.find(Resources.SERVICES, request.name()).orElse(null);
        List<KubeObject> present = Slices.present(client, request.name(), MANAGER);
        if (endpoints == null || service == null || !isMirrored(endpoints, service)) {
            Slices.carryOut(client, new SlicePlan(List.of(), List.of(), present));
        } else {
            Slices.carryOut(client, plan(endpoints, present));
        }
        return Result.done();
    }

    private static boolean isMirrored(KubeObject endpoints, KubeObject service) {
        return ServiceIndex.selector(service).isEmpty()
                && !service.deleting()
                && !endpoints.deleting()
                && !"true".equals(endpoints.labels().get(SKIP))
                && !endpoints.annotations().containsKey(LEADER);
    }

    static SlicePlan plan(KubeObject endpoints, List<KubeObject> present) {
        Map<String, String> labels = new TreeMap<>(endpoints.labels());
        labels.put(Slices.SERVICE_NAME, endpoints.name());
        labels.put(Slices.MANAGED_BY, MANAGER);
        Map<Family, Map<List<Backend.Port>, Map<String, ObjectNode>>> families = new TreeMap<>();
        for (JsonNode subset : endpoints.at("subsets")) {
            List<Backend.Port> ports = ports(subset);
            int ready = addresses(families, ports, subset.path("addresses"), true, MOST_ADDRESSES);
            addresses(families, ports, subset.path("notReadyAddresses"), false, MOST_ADDRESSES - ready);
        }
        List<SlicePlan.Group> groups = new ArrayList<>();
        families.forEach((family, byPorts) -> byPorts.forEach((ports, list) -> {
            ArrayNode rendered = SlicePlan.ports(ports);
            groups.add(new SlicePlan.Group(family, rendered, list));
        }));
        return SlicePlan.plan(new SlicePlan.Frame(endpoints, endpoints.name() + "-", labels), groups, present);
    }

    /** Adds so many addresses at most, and tells how many there were. */
    private static int addresses(
            Map<Family, Map<List<Backend.Port>, Map<String, ObjectNode>>> families,
            List<Backend.Port> ports,
            JsonNode addresses,
            boolean ready,
            int most) {
        int added = 0;
        for (JsonNode address : addresses) {
            if (added == most) {
                break;
            }
            added++;
            ObjectNode endpoint = Json.object();
            String ip = address.path("ip").asText();
            endpoint.putArray("addresses").add(ip);
            endpoint.putObject("conditions").put("ready", ready);
            for (String field : List.of("hostname", "targetRef", "nodeName")) {
                if (address.has(field)) {
                    endpoint.set(field, address.get(field).deepCopy());
                }
            }
            families.computeIfAbsent(Family.ofAddress(ip), _ -> new LinkedHashMap<>())
                    .computeIfAbsent(ports, _ -> new LinkedHashMap<>())
                    .put(SlicePlan.key(endpoint), endpoint);
        }
        return added;
    }

    private static List<Backend.Port> ports(JsonNode subset) {
        List<Backend.Port> ports = new ArrayList<>();
        for (JsonNode port : subset.path("ports")) {
            ports.add(new Backend.Port(
                    port.path("name").asText(""),
                    port.path("protocol").asText("TCP"),
                    port.path("port").asInt(),
                    port.path("appProtocol").asText("")));
        }
        return ports;
    }
}
