package io.kantoku.apiserver.catalog.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apiserver.catalog.openapi.SchemaJson.Dialect;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.Subresource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes the {@code paths} of a document. kubectl reads from them whether a kind can be patched strategically, dry-run and
 * field-validated.
 */
final class Operations {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final List<String> JSON_OR_YAML = List.of("application/json", "application/yaml");
    private static final List<String> PATCHES =
            List.of("application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json");
    private static final String STRATEGIC = "application/strategic-merge-patch+json";

    private final SchemaJson json;
    private final Dialect dialect;
    private final ObjectNode paths;

    Operations(Dialect dialect, ObjectNode paths) {
        this.dialect = dialect;
        this.json = new SchemaJson(dialect);
        this.paths = paths;
    }

    /**
     * Adds the paths of one kind.
     *
     * @param schema the name of the kind's schema
     * @param listSchema the name of its list's schema
     * @param builtIn whether the kind has a strategic merge patch
     */
    void add(ResourceType type, String version, String schema, String listSchema, boolean builtIn) {
        GroupVersionKind kind = type.kindIn(version);
        String root = root(kind.groupVersion());
        String plural = type.name().resource();
        String collection = root + (type.namespaced() ? "/namespaces/{namespace}/" : "/") + plural;
        String object = collection + "/{name}";
        Call call = new Call(kind, type.namespaced() ? "Namespaced" + kind.kind() : kind.kind(), schema, builtIn);
        if (type.verbs().contains("list")) {
            operation(
                    collection,
                    "get",
                    "list",
                    call.answering(listSchema),
                    List.of("labelSelector", "fieldSelector", "limit", "continue", "watch"));
            if (type.namespaced()) {
                Call everywhere = new Call(kind, kind.kind() + "ForAllNamespaces", listSchema, builtIn);
                operation(
                        root + "/" + plural,
                        "get",
                        "list",
                        everywhere,
                        List.of("labelSelector", "fieldSelector", "limit", "continue", "watch"));
            }
        }
        if (type.verbs().contains("create")) {
            operation(collection, "post", "post", call, List.of("dryRun", "fieldManager", "fieldValidation"));
        }
        if (type.verbs().contains("deletecollection")) {
            operation(
                    collection,
                    "delete",
                    "deletecollection",
                    call.answering(META + "Status"),
                    List.of("labelSelector", "fieldSelector", "dryRun"));
        }
        if (type.verbs().contains("get")) {
            operation(object, "get", "get", call, List.of());
        }
        change(type, object, call);
        if (type.verbs().contains("delete")) {
            operation(
                    object,
                    "delete",
                    "delete",
                    call.answering(META + "Status"),
                    List.of("dryRun", "gracePeriodSeconds", "propagationPolicy"));
        }
        for (Subresource subresource : type.subresources()) {
            if (subresource.name().equals("status")) {
                Call status = new Call(kind, call.name + "Status", schema, builtIn);
                operation(object + "/status", "get", "get", status, List.of());
                operation(
                        object + "/status", "put", "put", status, List.of("dryRun", "fieldManager", "fieldValidation"));
                operation(
                        object + "/status",
                        "patch",
                        "patch",
                        status,
                        List.of("dryRun", "fieldManager", "fieldValidation", "force"));
            }
        }
    }

    static String root(GroupVersion version) {
        return version.group().isEmpty() ? "/api/" + version.version() : "/apis/" + version;
    }

    private void change(ResourceType type, String path, Call call) {
        if (type.verbs().contains("update")) {
            operation(path, "put", "put", call, List.of("dryRun", "fieldManager", "fieldValidation"));
        }
        if (type.verbs().contains("patch")) {
            operation(path, "patch", "patch", call, List.of("dryRun", "fieldManager", "fieldValidation", "force"));
        }
    }

    /** What the operations of a path have in common. */
    private record Call(GroupVersionKind kind, String name, String schema, boolean builtIn) {
        Call answering(String other) {
            return new Call(kind, name, other, builtIn);
        }
    }

    private void operation(String path, String method, String action, Call call, List<String> parameters) {
        ObjectNode operation = paths.withObjectProperty(path).putObject(method);
        GroupVersion version = call.kind.groupVersion();
        operation.putArray("tags").add(tag(version));
        operation.put("operationId", verb(action) + camel(tag(version)) + call.name);
        operation.put("x-kubernetes-action", action);
        operation.set("x-kubernetes-group-version-kind", SchemaJson.kind(call.kind));
        ArrayNode list = operation.putArray("parameters");
        for (String parameter : pathParameters(path)) {
            parameter(list.addObject().put("name", parameter).put("in", "path").put("required", true), "string");
        }
        for (String parameter : parameters) {
            parameter(
                    list.addObject().put("name", parameter).put("in", "query"),
                    switch (parameter) {
                        case "watch", "force" -> "boolean";
                        case "limit", "gracePeriodSeconds" -> "integer";
                        default -> "string";
                    });
        }
        if (action.equals("patch")) {
            List<String> types = new ArrayList<>(PATCHES);
            if (call.builtIn) {
                types.add(STRATEGIC);
            }
            body(operation, list, META + "Patch", types);
        } else if (action.equals("post") || action.equals("put")) {
            body(operation, list, call.schema, JSON_OR_YAML);
        }
        answers(operation, call.schema, action.equals("post") ? "201" : "200");
    }

    private void parameter(ObjectNode parameter, String type) {
        if (dialect == Dialect.V3) {
            parameter.putObject("schema").put("type", type);
        } else {
            parameter.put("type", type);
        }
    }

    private void body(ObjectNode operation, ArrayNode parameters, String schema, List<String> types) {
        if (dialect == Dialect.V3) {
            ObjectNode content =
                    operation.putObject("requestBody").put("required", true).putObject("content");
            types.forEach(type -> content.putObject(type).set("schema", json.reference(schema)));
        } else {
            parameters
                    .addObject()
                    .put("name", "body")
                    .put("in", "body")
                    .put("required", true)
                    .set("schema", json.reference(schema));
            ArrayNode consumes = operation.putArray("consumes");
            types.forEach(consumes::add);
            operation.putArray("produces").add("application/json");
        }
    }

    private void answers(ObjectNode operation, String schema, String code) {
        ObjectNode answer = operation.putObject("responses").putObject(code).put("description", "OK");
        if (dialect == Dialect.V3) {
            answer.putObject("content").putObject("application/json").set("schema", json.reference(schema));
        } else {
            answer.set("schema", json.reference(schema));
        }
    }

    private static List<String> pathParameters(String path) {
        List<String> names = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            if (part.startsWith("{")) {
                names.add(part.substring(1, part.length() - 1));
            }
        }
        return names;
    }

    private static String verb(String action) {
        return switch (action) {
            case "post" -> "create";
            case "put" -> "replace";
            case "get" -> "read";
            case "deletecollection" -> "deleteCollection";
            default -> action;
        };
    }

    /** {@code core_v1}, {@code apps_v1}, {@code rbacAuthorization_v1}. */
    private static String tag(GroupVersion version) {
        if (version.group().isEmpty()) {
            return "core_" + version.version();
        }
        StringBuilder tag = new StringBuilder();
        String group = version.group().endsWith(".k8s.io")
                ? version.group().substring(0, version.group().length() - ".k8s.io".length())
                : version.group();
        for (String part : group.split("\\.", -1)) {
            tag.append(tag.isEmpty() ? part : camel(part));
        }
        return tag + "_" + version.version();
    }

    private static String camel(String text) {
        StringBuilder camel = new StringBuilder();
        for (String part : text.split("[_-]", -1)) {
            if (!part.isEmpty()) {
                camel.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
            }
        }
        return camel.toString();
    }
}
