package io.kantoku.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import java.util.List;
import java.util.Optional;

/**
 * Whether a Service can lead to an API's server, by what the cluster knows of it (kube-aggregator's availability controller): of Services with
 * a cluster address the port and the endpoints count. Pure.
 */
final class ServiceCheck {
    private ServiceCheck() {}

    /**
     * What stands in the way, empty when nothing does.
     *
     * @param service empty when there is none
     * @param slices the Service's EndpointSlices
     */
    static Optional<Verdict> problem(RemoteApi api, Optional<KubeObject> service, List<KubeObject> slices) {
        String name =
                "service/" + api.service().name() + " in \"" + api.service().namespace() + "\"";
        if (service.isEmpty()) {
            return Optional.of(Verdict.no("ServiceNotFound", name + " is not present"));
        }
        JsonNode spec = service.get().at("spec");
        if (!spec.path("type").asText().equals("ClusterIP")) {
            return Optional.empty();
        }
        Optional<JsonNode> port = port(spec, api.port());
        if (port.isEmpty()) {
            return Optional.of(Verdict.no("ServicePortError", name + " is not listening on port " + api.port()));
        }
        if (slices.isEmpty()) {
            return Optional.of(Verdict.no("EndpointsNotFound", "cannot find endpointslices for " + name));
        }
        String portName = port.get().path("name").asText();
        return slices.stream().anyMatch(slice -> answers(slice, portName))
                ? Optional.empty()
                : Optional.of(Verdict.no(
                        "MissingEndpoints",
                        "endpointslices for " + name + " have no addresses with port name \"" + portName + "\""));
    }

    private static Optional<JsonNode> port(JsonNode spec, int number) {
        return spec.path("ports")
                .valueStream()
                .filter(port -> port.path("port").asInt() == number)
                .findFirst();
    }

    private static boolean answers(KubeObject slice, String portName) {
        return slice.at("ports")
                        .valueStream()
                        .anyMatch(port -> port.path("name").asText().equals(portName))
                && slice.at("endpoints")
                        .valueStream()
                        .anyMatch(endpoint -> !endpoint.path("addresses").isEmpty()
                                && endpoint.path("conditions").path("ready").asBoolean(true));
    }
}
