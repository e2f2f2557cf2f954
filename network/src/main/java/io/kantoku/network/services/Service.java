package io.kantoku.network.services;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.network.Ipv4Range;
import java.util.ArrayList;
import java.util.List;

/**
 * A Service, IPv4 only.
 *
 * @param clusterIp dotted; empty for headless and external ones
 * @param headless whether its name leads to its endpoints themselves
 * @param externalName the name that it stands for; empty unless it is of that type
 * @param affinitySeconds how long a client keeps its endpoint; 0 without affinity
 * @param localExternal whether connections from outside go to endpoints on the node that they reach, with their source kept
 * @param localInternal whether connections from inside go to endpoints on their own node only
 * @param publishNotReady whether endpoints have names before they are ready
 */
public record Service(
        NamespacedName name,
        String clusterIp,
        boolean headless,
        String externalName,
        List<Port> ports,
        int affinitySeconds,
        boolean localExternal,
        boolean localInternal,
        boolean publishNotReady) {
    private static final int DEFAULT_AFFINITY_SECONDS = 10_800;

    /**
     * One of its ports.
     *
     * @param name empty when it is the only one
     * @param nodePort 0 for none
     */
    public record Port(String name, Protocol protocol, int port, int nodePort) {}

    public Service {
        ports = List.copyOf(ports);
    }

    /** Reads the API's object. */
    public static Service of(KubeObject object) {
        String type = object.text("spec", "type");
        String clusterIp = object.text("spec", "clusterIP");
        boolean external = type.equals("ExternalName");
        return new Service(
                object.namespacedName(),
                !external && Ipv4Range.isAddress(clusterIp) ? clusterIp : "",
                !external && clusterIp.equals("None"),
                external ? object.text("spec", "externalName") : "",
                ports(object),
                affinity(object),
                object.text("spec", "externalTrafficPolicy").equals("Local"),
                object.text("spec", "internalTrafficPolicy").equals("Local"),
                object.at("spec", "publishNotReadyAddresses").asBoolean());
    }

    private static List<Port> ports(KubeObject object) {
        List<Port> ports = new ArrayList<>();
        for (JsonNode port : object.at("spec", "ports")) {
            Protocol.named(port.path("protocol").asText(""))
                    .ifPresent(protocol -> ports.add(new Port(
                            port.path("name").asText(""),
                            protocol,
                            port.path("port").asInt(),
                            port.path("nodePort").asInt())));
        }
        return ports;
    }

    private static int affinity(KubeObject object) {
        return object.text("spec", "sessionAffinity").equals("ClientIP")
                ? object.at("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds")
                        .asInt(DEFAULT_AFFINITY_SECONDS)
                : 0;
    }
}
