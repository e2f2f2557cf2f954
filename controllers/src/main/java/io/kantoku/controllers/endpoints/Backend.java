package io.kantoku.controllers.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.controllers.Pods;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One address of a pod as a Service sees it.
 *
 * @param address the pod's IP
 * @param node the node's name, {@code ""} when unknown
 * @param hostname the pod's name in DNS, {@code ""} when it has none
 * @param published whether the Service publishes addresses whatever their pods do
 * @param serving whether the pod answers
 * @param terminating whether the pod is being deleted
 * @param ports the Service's ports that this pod has, in the Service's order
 */
record Backend(
        String address,
        String node,
        String hostname,
        KubeObject pod,
        boolean published,
        boolean serving,
        boolean terminating,
        List<Port> ports) {

    /** A port of the backend; {@code name} and {@code appProtocol} may be empty. */
    record Port(String name, String protocol, int number, String appProtocol) {
        static final Comparator<Port> ORDER =
                Comparator.comparing(Port::name).thenComparing(Port::protocol).thenComparingInt(Port::number);
    }

    boolean ready() {
        return published || (serving && !terminating);
    }

    /** The Service's backends of one IP family, in the order of their addresses. */
    static List<Backend> of(KubeObject service, List<KubeObject> pods, Family family) {
        boolean publish = service.at("spec", "publishNotReadyAddresses").asBoolean();
        List<Backend> backends = new ArrayList<>();
        for (KubeObject pod : pods) {
            if (Pods.isTerminal(pod)) {
                continue;
            }
            String address = family.address(pod);
            if (!address.isEmpty()) {
                backends.add(new Backend(
                        address,
                        Pods.nodeName(pod),
                        hostname(service, pod),
                        pod,
                        publish,
                        Pods.isReady(pod),
                        pod.deleting(),
                        ports(service, pod)));
            }
        }
        backends.sort(Comparator.comparing(Backend::address)
                .thenComparing(backend -> backend.pod().name()));
        return backends;
    }

    private static String hostname(KubeObject service, KubeObject pod) {
        return pod.text("spec", "subdomain").equals(service.name()) ? pod.text("spec", "hostname") : "";
    }

    private static List<Port> ports(KubeObject service, KubeObject pod) {
        List<Port> ports = new ArrayList<>();
        for (JsonNode port : service.at("spec", "ports")) {
            String protocol = port.path("protocol").asText("TCP");
            int number = number(port, protocol, pod);
            if (number > 0) {
                ports.add(new Port(
                        port.path("name").asText(""),
                        protocol,
                        number,
                        port.path("appProtocol").asText("")));
            }
        }
        return ports;
    }

    /** The number behind {@code targetPort}; 0 when the pod has no port of that name. */
    private static int number(JsonNode port, String protocol, KubeObject pod) {
        JsonNode target = port.path("targetPort");
        if (target.isIntegralNumber() && target.asInt() > 0) {
            return target.asInt();
        }
        String name = target.asText("");
        if (name.isEmpty() || target.isIntegralNumber()) {
            return port.path("port").asInt();
        }
        for (JsonNode container : pod.at("spec", "containers")) {
            for (JsonNode candidate : container.path("ports")) {
                if (candidate.path("name").asText().equals(name)
                        && candidate.path("protocol").asText("TCP").equals(protocol)) {
                    return candidate.path("containerPort").asInt();
                }
            }
        }
        return 0;
    }
}
