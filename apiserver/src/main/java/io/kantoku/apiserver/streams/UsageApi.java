package io.kantoku.apiserver.streams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.aggregation.AnsweredApi;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.registry.ObjectReader;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.StreamingResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code metrics.k8s.io}: what nodes and pods use, asked of the kubelets at the moment (upstream's metrics-server). Clusters whose nodes know no
 * figures do not have it. A kubelet that does not answer is left out.
 */
final class UsageApi implements AnsweredApi {
    private static final GroupVersion VERSION = new GroupVersion("metrics.k8s.io", "v1beta1");
    private static final GroupResource NODES = new GroupResource("", "nodes");
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int LARGEST = 16 << 20;
    private static final long KEPT_NANOS = Duration.ofSeconds(5).toNanos();

    private final ObjectReader objects;
    private final NodeAccess access;
    private final Supplier<HttpClient> http;
    private final UsageSamples samples = new UsageSamples();
    private final Map<ClusterId, Offer> offers = new ConcurrentHashMap<>();

    private record Offer(boolean holds, long since) {}

    UsageApi(ObjectReader objects, NodeAccess access, Supplier<HttpClient> http) {
        this.objects = objects;
        this.access = access;
        this.http = http;
    }

    @Override
    public GroupVersion version() {
        return VERSION;
    }

    @Override
    public boolean offered(ClusterId cluster) {
        Offer known = offers.get(cluster);
        long now = System.nanoTime();
        if (known == null || now - known.since() > KEPT_NANOS) {
            boolean holds = access.anyCaller(cluster).isPresent()
                    && objects.list(cluster, NODES, "").stream().anyMatch(node -> answers(cluster, node));
            known = new Offer(holds, now);
            offers.put(cluster, known);
        }
        return known.holds();
    }

    /** Whether a node says where it is, and takes calls there. */
    private boolean answers(ClusterId cluster, KubeObject node) {
        return access.unavailable(cluster, node.name()).isEmpty()
                && node.at("status", "addresses")
                        .valueStream()
                        .anyMatch(address -> address.path("type").asText().equals("InternalIP"));
    }

    @Override
    public ObjectNode resources() {
        ObjectNode list = Json.object();
        list.put("kind", "APIResourceList").put("apiVersion", "v1").put("groupVersion", VERSION.toString());
        ArrayNode resources = list.putArray("resources");
        resource(resources, "nodes", false, "NodeMetrics");
        resource(resources, "pods", true, "PodMetrics");
        return list;
    }

    private static void resource(ArrayNode resources, String name, boolean namespaced, String kind) {
        ObjectNode resource = resources.addObject();
        resource.put("name", name)
                .put("singularName", "")
                .put("namespaced", namespaced)
                .put("kind", kind);
        resource.putArray("verbs").add("get").add("list");
    }

    @Override
    public ObjectNode answer(ClusterId cluster, RequestInfo request, String labelSelector) {
        LabelSelector selector = LabelSelector.parse(labelSelector);
        return switch (request.resource()) {
            case "nodes" -> nodes(cluster, request, selector);
            case "pods" -> pods(cluster, request, selector);
            default -> throw ResourceTypes.notServed();
        };
    }

    private ObjectNode nodes(ClusterId cluster, RequestInfo request, LabelSelector selector) {
        List<KubeObject> asked = asked(cluster, NODES, request, selector);
        Map<String, JsonNode> summaries = summaries(cluster, asked);
        ObjectNode list = list("NodeMetricsList");
        for (KubeObject node : asked) {
            JsonNode summary = summaries.get(node.name());
            if (summary != null && summary.has("node")) {
                UsageSamples.Usage usage = samples.usage(cluster + "/" + node.name(), summary.path("node"));
                item(list, "NodeMetrics", node, usage).set("usage", usage.usage());
            }
        }
        return one(list, request);
    }

    private ObjectNode pods(ClusterId cluster, RequestInfo request, LabelSelector selector) {
        List<KubeObject> asked = asked(cluster, PODS, request, selector).stream()
                .filter(pod -> pod.text("status", "phase").equals("Running"))
                .toList();
        List<KubeObject> nodes = asked.stream()
                .map(pod -> pod.text("spec", "nodeName"))
                .distinct()
                .map(name -> objects.find(cluster, NODES, NamespacedName.clusterScoped(name)))
                .flatMap(Optional::stream)
                .toList();
        Map<String, JsonNode> byUid = new HashMap<>();
        summaries(cluster, nodes)
                .values()
                .forEach(summary -> summary.path("pods")
                        .forEach(pod -> byUid.put(pod.path("podRef").path("uid").asText(), pod)));
        ObjectNode list = list("PodMetricsList");
        for (KubeObject pod : asked) {
            JsonNode stats = byUid.get(pod.uid());
            if (stats != null && !stats.path("containers").isEmpty()) {
                pod(list, cluster, pod, stats.path("containers"));
            }
        }
        return one(list, request);
    }

    private void pod(ObjectNode list, ClusterId cluster, KubeObject pod, JsonNode containers) {
        ArrayNode used = Json.object().arrayNode();
        UsageSamples.Usage first = null;
        for (JsonNode container : containers) {
            String name = container.path("name").asText();
            UsageSamples.Usage usage = samples.usage(cluster + "/" + pod.uid() + "/" + name, container);
            used.addObject().put("name", name).set("usage", usage.usage());
            first = first == null ? usage : first;
        }
        if (first != null) {
            item(list, "PodMetrics", pod, first).set("containers", used);
        }
    }

    private List<KubeObject> asked(
            ClusterId cluster, GroupResource resource, RequestInfo request, LabelSelector selector) {
        if (!request.name().isEmpty()) {
            NamespacedName name = new NamespacedName(request.namespace(), request.name());
            return List.of(objects.find(cluster, resource, name)
                    .orElseThrow(() -> ApiException.notFound(
                            new GroupResource(VERSION.group(), resource.resource()), request.name())));
        }
        return objects.list(cluster, resource, request.namespace()).stream()
                .filter(object -> selector.matches(object.labels()))
                .toList();
    }

    private static ObjectNode list(String kind) {
        ObjectNode list = Json.object();
        list.put("kind", kind).put("apiVersion", VERSION.toString());
        list.putObject("metadata");
        list.putArray("items");
        return list;
    }

    private static ObjectNode item(ObjectNode list, String kind, KubeObject object, UsageSamples.Usage usage) {
        ObjectNode item = list.withArrayProperty("items").addObject();
        ObjectNode metadata = item.putObject("metadata").put("name", object.name());
        if (!object.namespace().isEmpty()) {
            metadata.put("namespace", object.namespace());
        }
        String time = usage.time().truncatedTo(ChronoUnit.SECONDS).toString();
        metadata.put("creationTimestamp", time);
        if (!object.labels().isEmpty()) {
            metadata.set("labels", object.at("metadata", "labels").deepCopy());
        }
        item.put("kind", kind).put("apiVersion", VERSION.toString());
        return item.put("timestamp", time).put("window", usage.window().toSeconds() + "s");
    }

    private static ObjectNode one(ObjectNode list, RequestInfo request) {
        if (request.name().isEmpty()) {
            list.path("items").forEach(item -> ((ObjectNode) item).remove(List.of("kind", "apiVersion")));
            return list;
        }
        if (list.path("items").path(0) instanceof ObjectNode item) {
            return item;
        }
        throw ApiException.notFound(new GroupResource(VERSION.group(), request.resource()), request.name());
    }

    /** What the kubelets of nodes say, by node; all are asked at once. */
    private Map<String, JsonNode> summaries(ClusterId cluster, List<KubeObject> nodes) {
        Map<String, JsonNode> found = new ConcurrentHashMap<>();
        Optional<NodeAccess.Caller> caller = access.anyCaller(cluster);
        if (caller.isPresent()) {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                nodes.stream()
                        .filter(node -> answers(cluster, node))
                        .forEach(node -> threads.execute(() ->
                                summary(node, caller.get()).ifPresent(summary -> found.put(node.name(), summary))));
            }
        }
        return found;
    }

    private Optional<JsonNode> summary(KubeObject node, NodeAccess.Caller caller) {
        try {
            KubeletEndpoint endpoint = KubeletEndpoint.of(node, caller.addresses());
            Target target = new Target(
                    endpoint.host(),
                    endpoint.port(),
                    Optional.of(caller.kubelets()),
                    new Dialler.Tcp(caller.network()));
            HttpRequest request = HttpRequest.get(target, "/stats/summary")
                    .header("Accept", "application/json")
                    .timeout(PATIENCE);
            try (StreamingResponse answer = http.get().open(request)) {
                byte[] body = answer.body().readNBytes(LARGEST);
                return answer.status() == 200 ? Optional.of(Json.parse(body)) : Optional.empty();
            }
        } catch (ApiException | TransportException | IOException e) {
            return Optional.empty();
        }
    }
}
