package io.kantoku.apiserver.streams;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.registry.ObjectReader;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Finds the server behind the name in the path of a proxy, as upstream's {@code ResourceLocation} does. */
final class ProxyTargets {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource NODES = new GroupResource("", "nodes");
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource ENDPOINTS = new GroupResource("", "endpoints");
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private final ObjectReader objects;
    private final NodeAccess access;
    private final ClientTls anyServer = ClientTls.insecure(); // pods have certificates that nobody here can judge

    ProxyTargets(ObjectReader objects, NodeAccess access) {
        this.objects = objects;
        this.access = access;
    }

    /** A pod's port: the one that is named, else its first container's first. */
    Target pod(ClusterId cluster, String namespace, ProxyName name, NodeAccess.Caller caller) {
        KubeObject pod = find(cluster, PODS, namespace, name.name());
        int port = name.port().isEmpty() ? firstPort(pod, name) : number(name, "pod");
        return reach(cluster, pod, name.scheme(), pod.text("status", "podIP"), port, caller);
    }

    private static int firstPort(KubeObject pod, ProxyName name) {
        for (JsonNode container : pod.at("spec", "containers")) {
            if (!container.path("ports").isEmpty()) {
                return container.path("ports").path(0).path("containerPort").asInt();
            }
        }
        return name.scheme().equals("https") ? HTTPS : HTTP;
    }

    private static int number(ProxyName name, String what) {
        return name.number()
                .orElseThrow(() -> ApiException.badRequest("invalid " + what + " request \"" + name.name() + ":"
                        + name.port() + "\": the port is no number"));
    }

    /** A ready pod behind a Service; only pods of the Service's own namespace are gone to. */
    Target service(ClusterId cluster, String namespace, ProxyName name, NodeAccess.Caller caller) {
        KubeObject service = find(cluster, SERVICES, namespace, name.name());
        String port = portName(service, name);
        List<Choice> choices = new ArrayList<>();
        objects.find(cluster, ENDPOINTS, new NamespacedName(namespace, name.name()))
                .ifPresent(endpoints -> collect(cluster, endpoints, port, choices));
        if (choices.isEmpty()) {
            throw unavailable("no endpoints available for service \"" + name.name() + "\"");
        }
        Choice choice = choices.get(ThreadLocalRandom.current().nextInt(choices.size()));
        return reach(cluster, choice.pod(), name.scheme(), choice.ip(), choice.port(), caller);
    }

    private record Choice(KubeObject pod, String ip, int port) {}

    private static String portName(KubeObject service, ProxyName name) {
        Optional<Integer> number = name.number();
        if (number.isEmpty()) {
            return name.port();
        }
        for (JsonNode port : service.at("spec", "ports")) {
            if (port.path("port").asInt() == number.get()) {
                return port.path("name").asText("");
            }
        }
        throw unavailable("no service port " + number.get() + " found for service \"" + name.name() + "\"");
    }

    private void collect(ClusterId cluster, KubeObject endpoints, String portName, List<Choice> choices) {
        for (JsonNode subset : endpoints.at("subsets")) {
            for (JsonNode port : subset.path("ports")) {
                if (port.path("name").asText("").equals(portName)) {
                    for (JsonNode address : subset.path("addresses")) {
                        pod(cluster, endpoints.namespace(), address)
                                .ifPresent(pod -> choices.add(new Choice(
                                        pod,
                                        address.path("ip").asText(),
                                        port.path("port").asInt())));
                    }
                }
            }
        }
    }

    /** The pod that an address says it is of, if that pod says so too: whoever writes Endpoints must not choose where calls go. */
    private Optional<KubeObject> pod(ClusterId cluster, String namespace, JsonNode address) {
        JsonNode reference = address.path("targetRef");
        if (!reference.path("kind").asText().equals("Pod")
                || !reference.path("namespace").asText(namespace).equals(namespace)) {
            return Optional.empty();
        }
        String ip = address.path("ip").asText();
        return objects.find(
                        cluster,
                        PODS,
                        new NamespacedName(namespace, reference.path("name").asText()))
                .filter(pod -> pod.text("status", "podIP").equals(ip)
                        || pod.at("status", "podIPs").findValuesAsText("ip").contains(ip));
    }

    /** A node's kubelet, or another port of the node. */
    Target node(ClusterId cluster, ProxyName name, NodeAccess.Caller caller) {
        KubeObject node = find(cluster, NODES, "", name.name());
        refuseUnavailable(cluster, node.name());
        KubeletEndpoint kubelet = KubeletEndpoint.of(node, caller.addresses());
        int port = name.port().isEmpty() ? kubelet.port() : number(name, "node");
        Dialler dialler = new Dialler.Tcp(caller.network());
        if (port == kubelet.port()) {
            return new Target(kubelet.host(), port, Optional.of(caller.kubelets()), dialler);
        }
        return new Target(kubelet.host(), port, tls(name.scheme()), dialler);
    }

    private Target reach(
            ClusterId cluster, KubeObject pod, String scheme, String ip, int port, NodeAccess.Caller caller) {
        refuseUnavailable(cluster, pod.text("spec", "nodeName"));
        String host = ProxyableAddresses.check(ip, caller.addresses()).getHostAddress();
        return new Target(host, port, tls(scheme), new Dialler.Tcp(caller.network()));
    }

    private Optional<ClientTls> tls(String scheme) {
        return scheme.equals("https") ? Optional.of(anyServer) : Optional.empty();
    }

    private void refuseUnavailable(ClusterId cluster, String node) {
        access.unavailable(cluster, node).ifPresent(reason -> {
            throw new ApiException(Status.failure(501, "NotImplemented", reason));
        });
    }

    private KubeObject find(ClusterId cluster, GroupResource resource, String namespace, String name) {
        return objects.find(cluster, resource, new NamespacedName(namespace, name))
                .orElseThrow(() -> ApiException.notFound(resource, name));
    }

    private static ApiException unavailable(String why) {
        return new ApiException(Status.failure(503, "ServiceUnavailable", why));
    }
}
