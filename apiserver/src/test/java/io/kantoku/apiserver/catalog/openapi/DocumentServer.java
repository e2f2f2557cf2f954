package io.kantoku.apiserver.catalog.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.catalog.Catalog;
import io.kantoku.apiserver.registry.ResourceType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** As much of an API server as kubectl needs to read the documents: discovery, schemas, and objects that are kept as they come. */
final class DocumentServer implements AutoCloseable {
    private static final String RELEASE = "v1.32.4";

    private final HttpServer server;
    private final List<ResourceType> types = Catalog.served(RELEASE);
    private final OpenApiDocuments documents = new OpenApiDocuments(types, RELEASE);
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final List<Write> writes = new CopyOnWriteArrayList<>();

    /** A request that changes something. */
    record Write(String method, String path, String query, String mediaType, String body) {}

    DocumentServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Write> writes() {
        return List.copyOf(writes);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (path.startsWith("/openapi/v3")) {
                answer(exchange, 200, openApi(path));
            } else if (path.equals("/openapi/v2")) {
                answer(exchange, 406, new byte[0]);
            } else if (path.equals("/api") || path.equals("/apis") || isDiscovery(path)) {
                answer(exchange, 200, Json.bytes(discovery(path)));
            } else {
                object(exchange, path, body);
            }
        }
    }

    private static boolean isDiscovery(String path) {
        return path.split("/", -1).length <= 4 && !path.contains("namespaces/");
    }

    private void object(HttpExchange exchange, String path, byte[] body) throws IOException {
        String method = exchange.getRequestMethod();
        if (!method.equals("GET")) {
            String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
            writes.add(new Write(
                    method,
                    path,
                    String.valueOf(exchange.getRequestURI().getQuery()),
                    type,
                    new String(body, StandardCharsets.UTF_8)));
        }
        switch (method) {
            case "POST" -> {
                String name = Json.parseObject(body).at("/metadata/name").asText();
                objects.put(path + "/" + name, body);
                answer(exchange, 201, body);
            }
            case "GET", "PATCH" -> {
                byte[] found = objects.get(path);
                if (found == null) {
                    ObjectNode status = Json.object()
                            .put("kind", "Status")
                            .put("apiVersion", "v1")
                            .put("status", "Failure");
                    answer(
                            exchange,
                            404,
                            Json.bytes(status.put("reason", "NotFound").put("code", 404)));
                } else {
                    answer(exchange, 200, found);
                }
            }
            default -> answer(exchange, 405, new byte[0]);
        }
    }

    private byte[] openApi(String path) {
        String[] parts = path.split("/", -1);
        ObjectNode document = switch (parts.length) {
            case 3 -> documents.index();
            case 5 -> documents.v3(new GroupVersion("", parts[4]));
            default -> documents.v3(new GroupVersion(parts[4], parts[5]));
        };
        return Json.bytes(document);
    }

    private ObjectNode discovery(String path) {
        if (path.equals("/api")) {
            ObjectNode versions = Json.object().put("kind", "APIVersions");
            versions.putArray("versions").add("v1");
            return versions;
        }
        if (path.equals("/apis")) {
            ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
            ArrayNode groups = list.putArray("groups");
            Catalog.groups().stream().filter(group -> !group.isEmpty()).forEach(group -> {
                ObjectNode entry = groups.addObject().put("name", group);
                ArrayNode versions = entry.putArray("versions");
                documents.versions().stream()
                        .filter(v -> v.group().equals(group))
                        .forEach(v -> versions.addObject()
                                .put("groupVersion", v.toString())
                                .put("version", v.version()));
                entry.set("preferredVersion", versions.path(0));
            });
            return list;
        }
        GroupVersion version = GroupVersion.parse(path.startsWith("/api/") ? path.substring(5) : path.substring(6));
        ObjectNode list = Json.object().put("kind", "APIResourceList").put("groupVersion", version.toString());
        ArrayNode resources = list.putArray("resources");
        for (ResourceType type : types) {
            if (type.name().group().equals(version.group()) && type.versions().contains(version.version())) {
                ObjectNode resource = resources
                        .addObject()
                        .put("name", type.name().resource())
                        .put("singularName", type.singular())
                        .put("kind", type.kind())
                        .put("namespaced", type.namespaced());
                ArrayNode verbs = resource.putArray("verbs");
                type.verbs().forEach(verbs::add);
                ArrayNode shortNames = resource.putArray("shortNames");
                type.shortNames().forEach(shortNames::add);
            }
        }
        return list;
    }

    private static void answer(HttpExchange exchange, int code, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }
}
