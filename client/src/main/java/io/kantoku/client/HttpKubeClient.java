package io.kantoku.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Status;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.StreamingResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A client of a Kubernetes API over HTTP. Beside the contract's {@link ApiException}s a call fails with a {@link
 * io.kantoku.transport.TransportException} when there is no answer.
 */
public final class HttpKubeClient implements KubeClient {
    /** How many objects one page of a list has. */
    private static final int PAGE = 500;

    private final ClusterId cluster;
    private final HttpClient http;
    private final Endpoint endpoint;

    public HttpKubeClient(ClusterId cluster, HttpClient http, Endpoint endpoint) {
        this.cluster = cluster;
        this.http = http;
        this.endpoint = endpoint;
    }

    @Override
    public ClusterId cluster() {
        return cluster;
    }

    @Override
    public Optional<KubeObject> find(GroupVersionResource resource, NamespacedName name) {
        try {
            return Optional.of(get(resource, name));
        } catch (ApiException e) {
            if (e.isNotFound()
                    && e.status().details() != null
                    && e.status().details().name().equals(name.name())) {
                return Optional.empty();
            }
            // A 404 without the object's name speaks of the path: the collection is not served.
            throw e;
        }
    }

    @Override
    public KubeObject get(GroupVersionResource resource, NamespacedName name) {
        return object(send(request("GET", ApiPaths.object(resource, name, ""))));
    }

    @Override
    public ObjectList list(GroupVersionResource resource, Query query) {
        List<KubeObject> items = new ArrayList<>();
        Map<String, String> parameters = parameters(query);
        parameters.put("limit", Integer.toString(PAGE));
        while (true) {
            JsonNode page =
                    send(request("GET", ApiPaths.collection(resource, query.namespace()) + ApiPaths.query(parameters)));
            String kind = page.path("kind").asText();
            for (JsonNode item : page.path("items")) {
                if (item instanceof ObjectNode object) {
                    items.add(
                            KubeObject.of(typed(object, page.path("apiVersion").asText(), kind)));
                }
            }
            String next = page.path("metadata").path("continue").asText("");
            if (next.isEmpty()) {
                return new ObjectList(
                        items, page.path("metadata").path("resourceVersion").asText());
            }
            parameters.put("continue", next);
        }
    }

    @Override
    public JsonNode read(String path) {
        return send(request("GET", path));
    }

    @Override
    public KubeObject create(GroupVersionResource resource, KubeObject object) {
        return object(send(request("POST", ApiPaths.collection(resource, object.namespace()))
                .body("application/json", Json.bytes(object.json()))));
    }

    @Override
    public KubeObject update(GroupVersionResource resource, KubeObject object) {
        return put(resource, object, "");
    }

    @Override
    public KubeObject updateStatus(GroupVersionResource resource, KubeObject object) {
        return put(resource, object, "status");
    }

    @Override
    public KubeObject patch(GroupVersionResource resource, NamespacedName name, Patch patch, String subresource) {
        if (subresource.equals("finalize")) {
            // Upstream serves this subresource for PUT only.
            return finalizers(resource, name, patch);
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        String type = switch (patch) {
            case Patch.JsonPatch _ -> "application/json-patch+json";
            case Patch.MergePatch _ -> "application/merge-patch+json";
            case Patch.StrategicMergePatch _ -> "application/strategic-merge-patch+json";
            case Patch.Apply apply -> {
                parameters.put("fieldManager", apply.fieldManager());
                parameters.put("force", Boolean.toString(apply.force()));
                yield "application/apply-patch+yaml";
            }
        };
        String path = ApiPaths.object(resource, name, subresource) + ApiPaths.query(parameters);
        return object(send(request("PATCH", path).body(type, Json.bytes(patch.body()))));
    }

    @Override
    public KubeObject post(GroupVersionResource resource, NamespacedName name, String subresource, KubeObject body) {
        return object(send(request("POST", ApiPaths.object(resource, name, subresource))
                .body("application/json", Json.bytes(body.json()))));
    }

    @Override
    public void delete(GroupVersionResource resource, NamespacedName name, DeleteOptions options) {
        ObjectNode body = Json.object();
        body.put("apiVersion", "v1").put("kind", "DeleteOptions");
        body.put(
                "propagationPolicy",
                switch (options.propagation()) {
                    case BACKGROUND -> "Background";
                    case FOREGROUND -> "Foreground";
                    case ORPHAN -> "Orphan";
                });
        if (options.gracePeriodSeconds() >= 0) {
            body.put("gracePeriodSeconds", options.gracePeriodSeconds());
        }
        if (!options.uid().isEmpty()) {
            body.putObject("preconditions").put("uid", options.uid());
        }
        send(request("DELETE", ApiPaths.object(resource, name, "")).body("application/json", Json.bytes(body)));
    }

    /** Opens a watch of a collection; one JSON event per line. The caller closes it. */
    StreamingResponse watch(GroupVersionResource resource, Query query, String resourceVersion) {
        Map<String, String> parameters = parameters(query);
        parameters.put("watch", "true");
        parameters.put("allowWatchBookmarks", "true");
        parameters.put("resourceVersion", resourceVersion);
        StreamingResponse answer = http.open(
                request("GET", ApiPaths.collection(resource, query.namespace()) + ApiPaths.query(parameters)));
        if (answer.status() == 200) {
            return answer;
        }
        try (answer) {
            StringBuilder body = new StringBuilder();
            answer.nextLine().ifPresent(line -> body.append(new String(line, StandardCharsets.UTF_8)));
            throw failure(answer.status(), body.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private KubeObject put(GroupVersionResource resource, KubeObject object, String subresource) {
        String path = ApiPaths.object(resource, object.namespacedName(), subresource);
        return object(send(request("PUT", path).body("application/json", Json.bytes(object.json()))));
    }

    private KubeObject finalizers(GroupVersionResource resource, NamespacedName name, Patch patch) {
        KubeObject object = get(resource, name);
        object.spec().set("finalizers", patch.body().path("spec").path("finalizers"));
        return put(resource, object, "finalize");
    }

    private HttpRequest request(String method, String path) {
        HttpRequest request = HttpRequest.of(method, endpoint.target(), endpoint.prefix() + path)
                .header("Accept", "application/json");
        return endpoint.token().isEmpty() ? request : request.header("Authorization", "Bearer " + endpoint.token());
    }

    private JsonNode send(HttpRequest request) {
        HttpResponse response = http.send(request);
        if (response.status() >= 400) {
            throw failure(response.status(), response.body());
        }
        return Json.parse(response.body());
    }

    private static KubeObject object(JsonNode json) {
        if (json instanceof ObjectNode object) {
            return KubeObject.of(object);
        }
        throw ApiException.internal("the API server answered with something that is not an object");
    }

    /** Items of a list of a built-in kind come without their type. */
    private static ObjectNode typed(ObjectNode item, String apiVersion, String listKind) {
        if (!item.has("kind")) {
            item.put("apiVersion", apiVersion).put("kind", listKind.replaceAll("List$", ""));
        }
        return item;
    }

    private static Map<String, String> parameters(Query query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("labelSelector", query.labelSelector());
        parameters.put("fieldSelector", query.fieldSelector());
        return parameters;
    }

    private static ApiException failure(int code, byte[] body) {
        JsonNode json;
        try {
            json = Json.parse(body);
        } catch (ApiException _) {
            json = Json.object();
        }
        if (!json.path("kind").asText().equals("Status")) {
            String text = new String(body, StandardCharsets.UTF_8);
            return new ApiException(Status.failure(
                    code,
                    "",
                    "the server answered " + code + " without a Kubernetes status: "
                            + (text.length() > 200 ? text.substring(0, 200) + "..." : text)));
        }
        return new ApiException(status(code, json));
    }

    /** Reads a {@code Status} as it comes over the wire. */
    static Status status(int code, JsonNode json) {
        Status status = Status.failure(
                json.path("code").asInt(code),
                json.path("reason").asText(""),
                json.path("message").asText(""));
        JsonNode details = json.path("details");
        if (details.isMissingNode()) {
            return status;
        }
        List<Status.Cause> causes = new ArrayList<>();
        for (JsonNode cause : details.path("causes")) {
            causes.add(new Status.Cause(
                    cause.path("reason").asText(""),
                    cause.path("message").asText(""),
                    cause.path("field").asText("")));
        }
        return status.withDetails(new Status.Details(
                details.path("name").asText(""),
                details.path("group").asText(""),
                details.path("kind").asText(""),
                details.path("uid").asText(""),
                causes,
                details.path("retryAfterSeconds").asInt()));
    }
}
