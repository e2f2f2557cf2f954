package io.kantoku.supervisor.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Clusters;
import io.kantoku.client.Conditions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.vsphere.net.IpRange;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The pools of virtual IPs and who holds which, read from the Supervisor's objects. */
final class VipReport {
    private static final String CONTROL_PLANE_SERVICE = "-control-plane-service";
    private static final String GUEST_CLUSTER = "run.tanzu.vmware.com/cluster.name";

    private static final Ipv4Address LAST = Ipv4Address.parse("255.255.255.255");

    private final Clusters clusters;
    private final BalancerView balancer;

    VipReport(Clusters clusters, BalancerView balancer) {
        this.clusters = clusters;
        this.balancer = balancer;
    }

    /** A pool of addresses that follow each other. */
    private record Pool(String name, String balancer, IpRange range) {}

    ObjectNode json(Sight sight) {
        ObjectNode json = Json.object();
        ArrayNode poolList = json.putArray("pools");
        ArrayNode addresses = json.putArray("addresses");
        if (!clusters.ids().contains(ClusterId.SUPERVISOR)) {
            return json;
        }
        KubeClient client = clusters.cluster(ClusterId.SUPERVISOR);
        List<Pool> pools = list(client, Kinds.POOLS, Query.all().labelled(Kinds.POOL_LABEL)).stream()
                .map(VipReport::pool)
                .sorted(Comparator.comparing(Pool::name))
                .toList();
        List<KubeObject> services = list(client, Resources.SERVICES, Query.all()).stream()
                .filter(service -> service.text("spec", "type").equals("LoadBalancer"))
                .sorted(Comparator.comparing(VipReport::place))
                .toList();
        for (Pool pool : pools) {
            long used = services.stream()
                    .flatMap(service -> vip(service).stream())
                    .filter(pool.range()::contains)
                    .count();
            poolList.addObject()
                    .put("name", pool.name())
                    .put("load_balancer", pool.balancer())
                    .put("first", pool.range().first().toString())
                    .put("last", pool.range().last().toString())
                    .put("size", pool.range().size())
                    .put("used", used);
        }
        for (KubeObject service : services) {
            address(addresses.addObject(), service, pools, sight, client);
        }
        return json;
    }

    private void address(ObjectNode json, KubeObject service, List<Pool> pools, Sight sight, KubeClient client) {
        Optional<Ipv4Address> vip = vip(service);
        json.put("address", vip.map(Ipv4Address::toString).orElse(""));
        json.put(
                "pool",
                vip.flatMap(address -> pools.stream()
                                .filter(pool -> pool.range().contains(address))
                                .findFirst())
                        .map(Pool::name)
                        .orElse(""));
        json.put("state", vip.isPresent() ? "SERVING" : "WAITING");
        if (!sight.into(service.namespace())) {
            return; // whose it is, is not for this user to know
        }
        json.put("namespace", service.namespace())
                .put("service", service.name())
                .put("purpose", purpose(service))
                .put("guest", guest(service))
                .put(
                        "message",
                        Conditions.find(service, "Programmed")
                                .filter(condition -> !condition.isTrue())
                                .map(condition -> condition.message())
                                .orElse(""));
        ArrayNode ports = json.putArray("ports");
        for (JsonNode port : service.at("spec", "ports")) {
            ports.addObject()
                    .put("name", port.path("name").asText())
                    .put("port", port.path("port").asInt());
        }
        servers(json.putArray("servers"), service, client);
        vip.flatMap(address -> balancer.traffic(address.toString()))
                .ifPresent(traffic -> json.putObject("traffic")
                        .put("sessions_current", traffic.currentSessions())
                        .put("sessions_total", traffic.totalSessions())
                        .put("bytes_in", traffic.bytesIn())
                        .put("bytes_out", traffic.bytesOut()));
    }

    private void servers(ArrayNode servers, KubeObject service, KubeClient client) {
        Optional<KubeObject> endpoints = client.find(Resources.ENDPOINTS, service.namespacedName());
        if (endpoints.isEmpty()) {
            return;
        }
        for (JsonNode subset : endpoints.get().at("subsets")) {
            for (JsonNode port : subset.path("ports")) {
                for (JsonNode address : subset.path("addresses")) {
                    String host = address.path("ip").asText();
                    int number = port.path("port").asInt();
                    servers.addObject()
                            .put("address", host)
                            .put("port", number)
                            .put("state", balancer.health(host, number).name());
                }
            }
        }
    }

    private static String purpose(KubeObject service) {
        if (service.namespace().startsWith("kube-")) {
            return "SUPERVISOR_API";
        }
        if (service.labels().containsKey(GUEST_CLUSTER)) {
            return "GUEST_SERVICE";
        }
        return service.name().endsWith(CONTROL_PLANE_SERVICE) ? "GUEST_API" : "SERVICE";
    }

    private static String guest(KubeObject service) {
        String name = service.labels().getOrDefault(GUEST_CLUSTER, "");
        if (name.isEmpty() && service.name().endsWith(CONTROL_PLANE_SERVICE)) {
            name = service.name().substring(0, service.name().length() - CONTROL_PLANE_SERVICE.length());
        }
        return name.isEmpty() ? "" : service.namespace() + "/" + name;
    }

    /** In the order of the addresses; those that wait for one come last. */
    private static Ipv4Address place(KubeObject service) {
        return vip(service).orElse(LAST);
    }

    private static Optional<Ipv4Address> vip(KubeObject service) {
        String text = service.at("status", "loadBalancer", "ingress")
                .path(0)
                .path("ip")
                .asText("");
        return text.isEmpty() ? Optional.empty() : Optional.of(Ipv4Address.parse(text));
    }

    private static Pool pool(KubeObject pool) {
        return new Pool(
                pool.name(),
                pool.labels().getOrDefault(Kinds.POOL_LABEL, ""),
                IpRange.of(
                        Ipv4Address.parse(pool.text("spec", "startingAddress")),
                        pool.at("spec", "addressCount").asLong()));
    }

    /** The objects of a collection; none while the Supervisor does not serve it yet. */
    static List<KubeObject> list(KubeClient client, GroupVersionResource resource, Query query) {
        try {
            return client.list(resource, query).items();
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return List.of();
            }
            throw e;
        }
    }
}
