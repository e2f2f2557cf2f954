package io.kantoku.apiserver.catalog.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apiserver.catalog.openapi.SchemaJson.Dialect;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes single operations into the {@code paths} of a document. */
final class OperationJson {
    private final SchemaJson json;
    private final Dialect dialect;
    private final ObjectNode paths;

    OperationJson(Dialect dialect, ObjectNode paths) {
        this.dialect = dialect;
        this.json = new SchemaJson(dialect);
        this.paths = paths;
    }

    /**
     * What a request sends.
     *
     * @param schema the name of its schema
     * @param types its media types
     */
    record Body(String schema, List<String> types, boolean required) {
        Body {
            types = List.copyOf(types);
        }
    }

    /**
     * One operation.
     *
     * @param action what {@code x-kubernetes-action} says; {@code ""} where there is none
     * @param id its identity among all operations
     * @param query the names of its query parameters
     * @param answer the name of the schema of what it answers; {@code ""} for text
     */
    record Operation(
            String tag,
            String action,
            String id,
            Optional<GroupVersionKind> kind,
            List<String> query,
            Optional<Body> body,
            String answer) {
        Operation {
            query = List.copyOf(query);
        }
    }

    void write(String path, String method, Operation operation) {
        boolean fresh = !paths.has(path);
        ObjectNode item = paths.withObjectProperty(path);
        if (fresh) {
            ofPath(path, item);
        }
        ObjectNode node = item.putObject(method);
        node.putArray("tags").add(operation.tag);
        node.put("operationId", operation.id);
        if (!operation.action.isEmpty()) {
            node.put("x-kubernetes-action", operation.action);
        }
        operation.kind.ifPresent(kind -> node.set("x-kubernetes-group-version-kind", SchemaJson.kind(kind)));
        ArrayNode parameters = node.putArray("parameters");
        operation.query.forEach(
                name -> type(parameters.addObject().put("name", name).put("in", "query"), QueryParameters.type(name)));
        operation.body.ifPresent(body -> body(node, parameters, body));
        if (dialect == Dialect.V2) {
            node.putArray("produces").add(operation.answer.isEmpty() ? "*/*" : "application/json");
        }
        answers(node, operation);
    }

    /** What all operations of a path have in common. */
    private void ofPath(String path, ObjectNode item) {
        ArrayNode parameters = item.putArray("parameters");
        for (String part : path.split("/", -1)) {
            if (part.startsWith("{")) {
                String name = part.substring(1, part.length() - 1);
                type(parameters.addObject().put("name", name).put("in", "path").put("required", true), "string");
            }
        }
        if (!parameters.isEmpty()) {
            type(parameters.addObject().put("name", "pretty").put("in", "query"), "string");
        } else {
            item.remove("parameters");
        }
    }

    private void type(ObjectNode parameter, String type) {
        if (dialect == Dialect.V3) {
            parameter.putObject("schema").put("type", type);
        } else {
            parameter.put("type", type);
        }
    }

    private void body(ObjectNode operation, ArrayNode parameters, Body body) {
        if (dialect == Dialect.V3) {
            ObjectNode request = operation.putObject("requestBody");
            if (body.required) {
                request.put("required", true);
            }
            ObjectNode content = request.putObject("content");
            body.types.forEach(type -> content.putObject(type).set("schema", json.reference(body.schema)));
        } else {
            ObjectNode parameter = parameters.addObject().put("name", "body").put("in", "body");
            if (body.required) {
                parameter.put("required", true);
            }
            parameter.set("schema", json.reference(body.schema));
            ArrayNode consumes = operation.putArray("consumes");
            body.types.forEach(consumes::add);
        }
    }

    private void answers(ObjectNode node, Operation operation) {
        ObjectNode responses = node.putObject("responses");
        List<String> codes = switch (operation.action) {
            case "post" -> List.of("200", "201", "202");
            case "put", "patch" -> List.of("200", "201");
            case "delete" -> List.of("200", "202");
            default -> List.of("200");
        };
        for (String code : codes) {
            answer(responses.putObject(code).put("description", description(code)), operation.answer);
        }
        responses.putObject("401").put("description", "Unauthorized");
    }

    private static String description(String code) {
        return switch (code) {
            case "201" -> "Created";
            case "202" -> "Accepted";
            default -> "OK";
        };
    }

    private void answer(ObjectNode answer, String schema) {
        String mediaType = schema.isEmpty() ? "*/*" : "application/json";
        ObjectNode holder = dialect == Dialect.V3 ? answer.putObject("content").putObject(mediaType) : answer;
        if (schema.isEmpty()) {
            holder.putObject("schema").put("type", "string");
        } else {
            holder.set("schema", json.reference(schema));
        }
    }

    /** {@code core_v1}, {@code apps_v1}, {@code rbacAuthorization_v1}. */
    static String tag(GroupVersion version) {
        return tag(version.group()) + "_" + version.version();
    }

    /** {@code core}, {@code apps}, {@code rbacAuthorization}. */
    static String tag(String group) {
        if (group.isEmpty()) {
            return "core";
        }
        String name = group.endsWith(".k8s.io") ? group.substring(0, group.length() - ".k8s.io".length()) : group;
        StringBuilder tag = new StringBuilder();
        for (String part : name.split("\\.", -1)) {
            tag.append(tag.isEmpty() ? part : camel(part));
        }
        return tag.toString();
    }

    static String camel(String text) {
        StringBuilder camel = new StringBuilder();
        for (String part : text.split("[_-]", -1)) {
            if (!part.isEmpty()) {
                camel.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
            }
        }
        return camel.toString();
    }
}
