package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ServedTypes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The OpenAPI documents of one set of types, made when they are first asked for.
 *
 * <p>Built-in schemas come from the {@link OpenApiSource}, those of custom resources from their strategies. Paths say no more
 * than what kubectl looks for: which operations there are, on which kind, and that they take {@code fieldValidation}.
 */
final class OpenApiDocuments {
    private static final String GVK = "x-kubernetes-group-version-kind";

    private final ServedTypes types;
    private final OpenApiSource source;
    private final Map<String, TaggedDocument> made = new ConcurrentHashMap<>();

    OpenApiDocuments(ServedTypes types, OpenApiSource source) {
        this.types = types;
        this.source = source;
    }

    /** {@code /openapi/v3}: where the document of each group version is, with its hash. */
    TaggedDocument index() {
        return made.computeIfAbsent("index", absent -> {
            ObjectNode json = Json.object();
            ObjectNode paths = json.putObject("paths");
            groupVersions().forEach((path, version) -> paths.putObject(path)
                    .put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + v3(version).hash()));
            return new TaggedDocument("application/json", Json.bytes(json));
        });
    }

    private Map<String, GroupVersion> groupVersions() {
        Map<String, GroupVersion> found = new TreeMap<>();
        for (String group : types.groups()) {
            for (String version : types.versions(group)) {
                found.put((group.isEmpty() ? "api/" : "apis/" + group + "/") + version, new GroupVersion(group, version));
            }
        }
        return found;
    }

    /** {@code /openapi/v3/apis/<group>/<version>}. */
    TaggedDocument v3(GroupVersion version) {
        return made.computeIfAbsent("v3/" + version, absent -> {
            ObjectNode json = Json.object();
            json.put("openapi", "3.0.0");
            info(json);
            ObjectNode schemas = Json.object();
            schemas.setAll(source.schemas(version));
            ObjectNode paths = json.putObject("paths");
            for (ResourceType type : types.in(version)) {
                String schema = schema(type, version.version(), schemas);
                paths(paths, type, version.version(), "#/components/schemas/" + schema, true);
            }
            json.putObject("components").set("schemas", schemas);
            return new TaggedDocument("application/json", Json.bytes(json));
        });
    }

    /** {@code /openapi/v2}: all group versions in one Swagger document. */
    TaggedDocument v2() {
        return made.computeIfAbsent("v2", absent -> {
            ObjectNode json = Json.object();
            json.put("swagger", "2.0");
            info(json);
            ObjectNode paths = json.putObject("paths");
            ObjectNode definitions = Json.object();
            groupVersions().values().forEach(version -> {
                definitions.setAll(source.schemas(version));
                for (ResourceType type : types.in(version)) {
                    String schema = schema(type, version.version(), definitions);
                    paths(paths, type, version.version(), "#/definitions/" + schema, false);
                }
            });
            json.set("definitions", OpenApiDowngrade.toV2(definitions));
            return new TaggedDocument("application/json", Json.bytes(json));
        });
    }

    private static void info(ObjectNode json) {
        json.putObject("info").put("title", "Kubernetes").put("version", "v1");
    }

    /** The name of a kind's schema; a custom resource's is added to the schemas. */
    private String schema(ResourceType type, String version, ObjectNode schemas) {
        GroupVersionKind kind = type.kindIn(version);
        Optional<String> builtIn = source.schemaName(type, kind);
        if (builtIn.isPresent()) {
            return builtIn.get();
        }
        List<String> labels = new ArrayList<>(Arrays.asList(type.name().group().split("\\.", -1)));
        Collections.reverse(labels);
        String name = String.join(".", labels) + "." + version + "." + type.kind();
        ObjectNode schema = type.strategy().openApiSchema(version).map(ObjectNode::deepCopy).orElseGet(() -> {
            ObjectNode plain = Json.object();
            plain.put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
            return plain;
        });
        ObjectNode properties = schema.withObjectProperty("properties");
        describe(properties, "apiVersion", "The version of the schema of this object.");
        describe(properties, "kind", "The kind of this object.");
        metadata(properties, schemas);
        schema.putArray(GVK).addObject().setAll(kind(kind));
        schemas.set(name, schema);
        return name;
    }

    private static void describe(ObjectNode properties, String name, String description) {
        properties.putObject(name).put("description", description).put("type", "string");
    }

    private static void metadata(ObjectNode properties, ObjectNode schemas) {
        String meta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
        ObjectNode metadata = properties.putObject("metadata");
        metadata.put("description", "Standard object metadata.");
        if (schemas.has(meta)) {
            metadata.putArray("allOf").addObject().put("$ref", "#/components/schemas/" + meta);
        } else {
            metadata.put("type", "object");
        }
    }

    private static ObjectNode kind(GroupVersionKind kind) {
        ObjectNode json = Json.object();
        return json.put("group", kind.group()).put("kind", kind.kind()).put("version", kind.version());
    }

    private static void paths(ObjectNode paths, ResourceType type, String version, String ref, boolean v3) {
        String group = type.name().group();
        String root = (group.isEmpty() ? "/api/" : "/apis/" + group + "/") + version + "/"
                + (type.namespaced() ? "namespaces/{namespace}/" : "")
                + type.name().resource();
        ObjectNode collection = paths.putObject(root);
        ObjectNode item = paths.putObject(root + "/{name}");
        for (String verb : type.verbs()) {
            switch (verb) {
                case "list" -> operation(collection, "get", "list", type, version, ref, v3);
                case "create" -> operation(collection, "post", "post", type, version, ref, v3);
                case "deletecollection" -> operation(collection, "delete", "deletecollection", type, version, ref, v3);
                case "get" -> operation(item, "get", "get", type, version, ref, v3);
                case "update" -> operation(item, "put", "put", type, version, ref, v3);
                case "patch" -> operation(item, "patch", "patch", type, version, ref, v3);
                case "delete" -> operation(item, "delete", "delete", type, version, ref, v3);
                default -> {
                    // watch has no path of its own
                }
            }
        }
    }

    private static void operation(
            ObjectNode path, String method, String action, ResourceType type, String version, String ref, boolean v3) {
        ObjectNode operation = path.putObject(method);
        operation.put("x-kubernetes-action", action);
        operation.set(GVK, kind(type.kindIn(version)));
        ArrayNode parameters = operation.putArray("parameters");
        for (String name : List.of("dryRun", "fieldManager", "fieldValidation")) {
            ObjectNode parameter = parameters.addObject().put("name", name).put("in", "query");
            if (v3) {
                parameter.putObject("schema").put("type", "string").put("uniqueItems", true);
            } else {
                parameter.put("type", "string").put("uniqueItems", true);
            }
        }
        ObjectNode ok = operation.putObject("responses").putObject("200").put("description", "OK");
        ObjectNode schema = v3
                ? ok.putObject("content").putObject("application/json").putObject("schema")
                : ok.putObject("schema");
        schema.put("$ref", ref);
    }
}
