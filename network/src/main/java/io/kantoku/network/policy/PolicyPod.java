package io.kantoku.network.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.network.Ipv4Range;
import io.kantoku.network.services.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod as its network sees it.
 *
 * @param address its own; empty as long as its status does not tell one
 * @param nodePorts what its node leads to it ({@code hostPort})
 * @param ports its named ports: protocol and name, as {@code TCP/http}, to number
 */
public record PolicyPod(
        NamespacedName name,
        Map<String, String> labels,
        String address,
        Map<String, Integer> ports,
        List<NodePort> nodePorts) {
    /**
     * A port of its node that leads to it.
     *
     * @param hostAddress empty for all the node's addresses
     */
    public record NodePort(Protocol protocol, String hostAddress, int port, int target) {}

    public PolicyPod {
        nodePorts = List.copyOf(nodePorts);
        labels = Map.copyOf(labels);
        ports = Map.copyOf(ports);
    }

    /** Reads the API's object; empty for a pod that shares its node's address, or that has ended. */
    public static Optional<PolicyPod> of(KubeObject pod) {
        String address = pod.text("status", "podIP");
        String phase = pod.text("status", "phase");
        if (!(address.isEmpty() || Ipv4Range.isAddress(address))
                || pod.at("spec", "hostNetwork").asBoolean()
                || phase.equals("Succeeded")
                || phase.equals("Failed")) {
            return Optional.empty();
        }
        Map<String, Integer> ports = new HashMap<>();
        List<NodePort> nodePorts = new ArrayList<>();
        for (JsonNode container : pod.at("spec", "containers")) {
            for (JsonNode port : container.path("ports")) {
                String name = port.path("name").asText("");
                nodePort(port).ifPresent(nodePorts::add);
                if (!name.isEmpty()) {
                    ports.put(
                            port.path("protocol").asText("TCP") + "/" + name,
                            port.path("containerPort").asInt());
                }
            }
        }
        return Optional.of(new PolicyPod(pod.namespacedName(), pod.labels(), address, ports, nodePorts));
    }

    private static Optional<NodePort> nodePort(JsonNode port) {
        int number = port.path("hostPort").asInt();
        String host = port.path("hostIP").asText("");
        boolean everywhere = host.isEmpty() || host.equals("0.0.0.0");
        if (number <= 0 || !(everywhere || Ipv4Range.isAddress(host))) {
            return Optional.empty();
        }
        return Protocol.named(port.path("protocol").asText(""))
                .map(protocol -> new NodePort(
                        protocol,
                        everywhere ? "" : host,
                        number,
                        port.path("containerPort").asInt()));
    }

    /** The same with an address. */
    public PolicyPod at(String newAddress) {
        return new PolicyPod(name, labels, newAddress, ports, nodePorts);
    }
}
