package io.kantoku.apiserver.streams;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.aggregation.AnsweredApi;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.registry.ObjectReader;
import io.kantoku.apiserver.rest.NodeProxy;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.Target;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Carries {@code log}, {@code exec}, {@code attach} and {@code portforward} to the kubelet of the pod's node, and {@code proxy} to a
 * node, a pod or a pod behind a Service.
 */
public final class NodeStreams implements NodeProxy {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource NODES = new GroupResource("", "nodes");

    private final ObjectReader objects;
    private final NodeAccess access;
    private final Forwarder forwarder;
    private final ClientStreams streams;
    private final ProxyTargets proxies;
    private final UsageApi usage;

    /** @param http asked for with the first call */
    public NodeStreams(ObjectReader objects, NodeAccess access, Supplier<HttpClient> http) {
        this.objects = objects;
        this.access = access;
        this.forwarder = new Forwarder(http);
        this.streams = new ClientStreams(forwarder);
        this.proxies = new ProxyTargets(objects, access);
        this.usage = new UsageApi(objects, access, http);
    }

    @Override
    public Optional<AnsweredApi> usage() {
        return Optional.of(usage);
    }

    @Override
    public void serve(ClusterId cluster, UserInfo user, RequestInfo request, String remainder, Exchange exchange)
            throws IOException {
        if (request.subresource().equals("proxy")) {
            proxy(cluster, request, remainder, exchange);
            return;
        }
        NamespacedName name = new NamespacedName(request.namespace(), request.name());
        KubeObject pod =
                objects.find(cluster, PODS, name).orElseThrow(() -> ApiException.notFound(PODS, request.name()));
        String node = pod.text("spec", "nodeName");
        switch (request.subresource()) {
            case "log" -> log(cluster, pod, node, exchange);
            case "portforward" -> {
                Query query = new Query();
                exchange.query().getOrDefault("ports", List.of()).forEach(port -> query.add("port", port));
                streams.ports(
                        exchange, kubelet(cluster, assigned(pod, node), exchange), path("portForward", pod) + query);
            }
            case "exec", "attach" -> command(cluster, request.subresource(), pod, node, exchange);
            default -> throw new IllegalArgumentException("not a stream of a pod's: " + request.subresource());
        }
    }

    private void log(ClusterId cluster, KubeObject pod, String node, Exchange exchange) throws IOException {
        String container = PodContainers.choose(pod, exchange.query("container").orElse(""));
        Query query = LogParameters.read(exchange);
        if (node.isEmpty()) {
            exchange.respond(200, "text/plain", new byte[0]); // it has said nothing yet
            return;
        }
        String path = path("containerLogs", pod) + "/" + Query.segment(container) + query;
        forwarder.fetch(exchange, kubelet(cluster, node, exchange), path);
    }

    private void command(ClusterId cluster, String what, KubeObject pod, String node, Exchange exchange)
            throws IOException {
        String container = PodContainers.choose(pod, exchange.query("container").orElse(""));
        RemoteCommand command = RemoteCommand.of(exchange);
        if (!command.stdin() && !command.stdout() && !command.stderr()) {
            throw ApiException.badRequest("you must specify at least 1 of stdin, stdout, stderr");
        }
        Query query = new Query();
        command.addTo(query);
        if (what.equals("exec")) {
            exchange.query().getOrDefault("command", List.of()).forEach(word -> query.add("command", word));
        }
        String path = path(what, pod) + "/" + Query.segment(container) + query;
        streams.command(exchange, kubelet(cluster, assigned(pod, node), exchange), path);
    }

    private static String path(String what, KubeObject pod) {
        return "/" + what + "/" + Query.segment(pod.namespace()) + "/" + Query.segment(pod.name());
    }

    private static String assigned(KubeObject pod, String node) {
        if (node.isEmpty()) {
            throw ApiException.badRequest("pod " + pod.name() + " does not have a host assigned");
        }
        return node;
    }

    /** The kubelet of a node, reached from the control plane that took the request. */
    private Target kubelet(ClusterId cluster, String name, Exchange exchange) {
        access.unavailable(cluster, name).ifPresent(reason -> {
            throw new ApiException(Status.failure(501, "NotImplemented", reason));
        });
        KubeObject node = objects.find(cluster, NODES, new NamespacedName("", name))
                .orElseThrow(() -> ApiException.notFound(NODES, name));
        NodeAccess.Caller caller = access.caller(cluster, exchange.local());
        KubeletEndpoint endpoint = KubeletEndpoint.of(node, caller.addresses());
        return new Target(
                endpoint.host(), endpoint.port(), Optional.of(caller.kubelets()), new Dialler.Tcp(caller.network()));
    }

    private void proxy(ClusterId cluster, RequestInfo request, String remainder, Exchange exchange) throws IOException {
        ProxyName name = ProxyName.parse(request.name())
                .orElseThrow(() -> ApiException.badRequest(
                        "invalid " + singular(request) + " request \"" + request.name() + "\""));
        String query = exchange.rawQuery().isEmpty() ? "" : "?" + exchange.rawQuery();
        boolean read = exchange.method().equals("GET") || exchange.method().equals("HEAD");
        if (remainder.isEmpty() && read && !Forwarder.isUpgrade(exchange)) {
            exchange.responseHeader("Location", exchange.rawPath() + "/" + query);
            exchange.respond(301, "", new byte[0]); // so that relative links of the page lead back here
            return;
        }
        NodeAccess.Caller caller = access.caller(cluster, exchange.local());
        Target target = switch (request.resource()) {
            case "pods" -> proxies.pod(cluster, request.namespace(), name, caller);
            case "services" -> proxies.service(cluster, request.namespace(), name, caller);
            case "nodes" -> proxies.node(cluster, name, caller);
            default -> throw new IllegalArgumentException("not proxied: " + request.resource());
        };
        String path = (remainder.isEmpty() ? "/" : remainder) + query;
        if (Forwarder.isUpgrade(exchange)) {
            forwarder.tunnel(exchange, target, path);
        } else {
            String prefix = exchange.rawPath().substring(0, exchange.rawPath().length() - remainder.length());
            forwarder.forward(exchange, target, path, prefix);
        }
    }

    private static String singular(RequestInfo request) {
        return request.resource().substring(0, request.resource().length() - 1);
    }
}
