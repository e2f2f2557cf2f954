package io.kantoku.tkg.lb;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.loadbalancer.VirtualServer;
import io.kantoku.tkg.objects.ClusterNames;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The virtual server of a Service. Pure. */
final class ServicePlan {
    private ServicePlan() {}

    /** The frontend's name: {@code <cluster>:<supervisor>-<namespace>-<service>}. */
    static String frontend(String prefix, NamespacedName service) {
        return prefix + "-" + service.namespace() + "-" + service.name();
    }

    /**
     * The name of a Service whose frontend's name belongs to another Service: {@code a} + {@code b-c} and {@code a-b} +
     * {@code c} are written alike.
     */
    static String distinctFrontend(String prefix, NamespacedName service) {
        return frontend(prefix, service) + "." + ClusterNames.hex(service.toString(), 8);
    }

    /** Why the Service cannot be balanced at all; empty when it can. */
    static Optional<String> refusal(KubeObject service) {
        for (JsonNode port : service.at("spec", "ports")) {
            String protocol = port.path("protocol").asText("TCP");
            if (!protocol.equals("TCP")) {
                return Optional.of("port " + portName(port) + " is " + protocol
                        + ", and HAProxy balances TCP only; remove the port or use another way to reach it");
            }
        }
        return service.at("spec", "ports").isEmpty() ? Optional.of("the Service has no ports") : Optional.empty();
    }

    static VirtualServer server(String name, String vip, KubeObject service, Optional<KubeObject> endpoints) {
        var ports = new ArrayList<VirtualServer.Port>();
        JsonNode wanted = service.at("spec", "ports");
        for (JsonNode port : wanted) {
            ports.add(new VirtualServer.Port(
                    portName(port), port.path("port").asInt(), targets(port, endpoints, wanted.size() == 1)));
        }
        return new VirtualServer(name, vip, ports);
    }

    private static String portName(JsonNode port) {
        String name = port.path("name").asText("");
        return name.isEmpty() ? port.path("port").asText() : name;
    }

    private static Set<VirtualServer.Target> targets(JsonNode port, Optional<KubeObject> endpoints, boolean only) {
        Set<VirtualServer.Target> targets = new TreeSet<>();
        String name = port.path("name").asText("");
        for (JsonNode subset : endpoints.map(object -> object.at("subsets")).orElse(port.path("none"))) {
            for (JsonNode entry : subset.path("ports")) {
                boolean same = entry.path("name").asText("").equals(name)
                        || (only && subset.path("ports").size() == 1);
                if (same) {
                    for (JsonNode address : subset.path("addresses")) {
                        targets.add(new VirtualServer.Target(
                                address.path("ip").asText(), entry.path("port").asInt()));
                    }
                }
            }
        }
        return targets;
    }
}
