package io.kantoku.network.services;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.network.Ipv4Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A slice of a Service's endpoints, IPv4 only.
 *
 * @param ports empty for a slice that has none
 */
public record EndpointSlice(NamespacedName service, List<Port> ports, List<Endpoint> endpoints) {
    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    /** A port that all endpoints of the slice have. */
    public record Port(String name, Protocol protocol, int number) {}

    /**
     * One endpoint.
     *
     * @param hostname its name within the Service; empty for none
     * @param node where it runs; empty when unknown
     */
    public record Endpoint(
            String address, boolean ready, boolean serving, boolean terminating, String hostname, String node) {}

    public EndpointSlice {
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
    }

    /** Reads the API's object; empty when it belongs to no Service or holds other addresses. */
    public static Optional<EndpointSlice> of(KubeObject object) {
        String service = object.labels().getOrDefault(SERVICE_NAME, "");
        if (service.isEmpty() || !object.text("addressType").equals("IPv4")) {
            return Optional.empty();
        }
        List<Port> ports = new ArrayList<>();
        for (JsonNode port : object.at("ports")) {
            if (port.path("port").asInt() > 0) {
                Protocol.named(port.path("protocol").asText(""))
                        .ifPresent(protocol -> ports.add(new Port(
                                port.path("name").asText(""),
                                protocol,
                                port.path("port").asInt())));
            }
        }
        return Optional.of(new EndpointSlice(
                new NamespacedName(object.namespace(), service), ports, endpoints(object.at("endpoints"))));
    }

    private static List<Endpoint> endpoints(JsonNode array) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (JsonNode endpoint : array) {
            JsonNode conditions = endpoint.path("conditions");
            boolean ready = conditions.path("ready").asBoolean(true);
            String address = endpoint.path("addresses").path(0).asText("");
            if (Ipv4Range.isAddress(address)) {
                endpoints.add(new Endpoint(
                        address,
                        ready,
                        conditions.path("serving").asBoolean(ready),
                        conditions.path("terminating").asBoolean(),
                        endpoint.path("hostname").asText(""),
                        endpoint.path("nodeName").asText("")));
            }
        }
        return endpoints;
    }
}
