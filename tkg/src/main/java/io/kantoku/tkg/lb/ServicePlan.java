package io.kantoku.tkg.lb;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.loadbalancer.TrafficPolicy;
import io.kantoku.loadbalancer.VirtualServer;
import io.kantoku.tkg.objects.ClusterNames;
import io.kantoku.tkg.objects.Labels;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The virtual server of a Service. Pure. */
final class ServicePlan {
    private static final String VM_SERVICE = "virtualmachineservice.vmoperator.vmware.com/";
    private static final String TRAFFIC_POLICY = VM_SERVICE + "service.externalTrafficPolicy";
    private static final String HEALTH_PORT = VM_SERVICE + "service.healthCheckNodePort";

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
        if (service.at("spec", "ports").isEmpty()) {
            return Optional.of("the Service has no ports");
        }
        try {
            policy(service);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Whether the Service has ports that cannot be balanced. */
    static boolean isOfPorts(KubeObject service) {
        boolean others = service.at("spec", "ports").isEmpty();
        for (JsonNode port : service.at("spec", "ports")) {
            others |= !port.path("protocol").asText("TCP").equals("TCP");
        }
        return others;
    }

    /** @throws IllegalArgumentException saying which field is wrong and what it may be */
    static TrafficPolicy policy(KubeObject service) {
        List<String> sources = new ArrayList<>();
        for (JsonNode range : service.at("spec", "loadBalancerSourceRanges")) {
            sources.add(network(range.asText().strip()));
        }
        boolean sticky = service.text("spec", "sessionAffinity").equals("ClientIP")
                || service.annotations()
                        .getOrDefault(Labels.SESSION_AFFINITY, "")
                        .equals("ClientIP");
        boolean local = service.text("spec", "externalTrafficPolicy").equals("Local")
                || service.annotations().getOrDefault(TRAFFIC_POLICY, "").equals("Local");
        String healthPort = service.annotations().getOrDefault(HEALTH_PORT, "");
        String proxy = service.annotations().getOrDefault(Labels.PROXY_PROTOCOL, "");
        if (!List.of("", "v2", "none").contains(proxy)) {
            throw new IllegalArgumentException(
                    "annotation " + Labels.PROXY_PROTOCOL + " is \"" + proxy + "\"; it may be \"v2\" or \"none\"");
        }
        return new TrafficPolicy(
                sources, sticky, local && !healthPort.isEmpty() ? port(healthPort) : 0, proxy.equals("v2"));
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("annotation " + HEALTH_PORT + " is \"" + text + "\", not a port", e);
        }
    }

    /** The network without what is set past its prefix, as kube-proxy takes it too. */
    private static String network(String text) {
        int slash = text.indexOf('/');
        try {
            int prefix = Integer.parseInt(text.substring(slash + 1));
            int address = Ipv4Address.parse(text.substring(0, slash)).bits();
            if (prefix < 0 || prefix > 32) {
                throw new IllegalArgumentException("prefix");
            }
            int mask = prefix == 0 ? 0 : -1 << (32 - prefix);
            return new Ipv4Address(address & mask) + "/" + prefix;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "spec.loadBalancerSourceRanges: \"" + text + "\" is not an IPv4 network such as 10.0.0.0/8", e);
        }
    }

    static VirtualServer server(String name, String vip, KubeObject service, Optional<KubeObject> endpoints) {
        var ports = new ArrayList<VirtualServer.Port>();
        JsonNode wanted = service.at("spec", "ports");
        for (JsonNode port : wanted) {
            ports.add(new VirtualServer.Port(
                    portName(port), port.path("port").asInt(), targets(port, endpoints, wanted.size() == 1)));
        }
        return new VirtualServer(name, vip, ports).with(policy(service));
    }

    static boolean hasServers(KubeObject endpoints) {
        for (JsonNode subset : endpoints.at("subsets")) {
            if (!subset.path("addresses").isEmpty()) {
                return true;
            }
        }
        return false;
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
