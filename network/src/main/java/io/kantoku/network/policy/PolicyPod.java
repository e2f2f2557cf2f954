package io.kantoku.network.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.network.Ipv4Range;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A pod as policies see it.
 *
 * @param address its own; empty as long as its status does not tell one
 * @param ports its named ports: protocol and name, as {@code TCP/http}, to number
 */
public record PolicyPod(NamespacedName name, Map<String, String> labels, String address, Map<String, Integer> ports) {
    public PolicyPod {
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
        for (JsonNode container : pod.at("spec", "containers")) {
            for (JsonNode port : container.path("ports")) {
                String name = port.path("name").asText("");
                if (!name.isEmpty()) {
                    ports.put(
                            port.path("protocol").asText("TCP") + "/" + name,
                            port.path("containerPort").asInt());
                }
            }
        }
        return Optional.of(new PolicyPod(pod.namespacedName(), pod.labels(), address, ports));
    }

    /** The same with an address. */
    public PolicyPod at(String newAddress) {
        return new PolicyPod(name, labels, newAddress, ports);
    }
}
