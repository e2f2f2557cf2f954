package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.PrinterColumns;
import io.kantoku.apimachinery.schema.StructuralSchema;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ScalePaths;
import io.kantoku.apiserver.registry.Subresource;
import io.kantoku.apiserver.registry.VersionOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A CustomResourceDefinition as what it defines. Reads a tree that has been validated. */
final class Definition {
    static final GroupResource RESOURCE = new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");
    static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

    private static final List<String> VERBS =
            List.of("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");
    private static final List<String> SCALE_VERBS = List.of("get", "patch", "update");
    private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");

    private final JsonNode json;

    Definition(JsonNode json) {
        this.json = json;
    }

    GroupResource defines() {
        return new GroupResource(
                spec("group").asText(), spec("names").path("plural").asText());
    }

    boolean deleting() {
        return json.path("metadata").has("deletionTimestamp");
    }

    /** Differs whenever the type that is made of the definition does. */
    String shape() {
        return json.path("metadata").path("generation").asLong() + " " + established() + " "
                + json.path("status").path("acceptedNames");
    }

    boolean namesAccepted() {
        return condition("NamesAccepted");
    }

    String storageVersion() {
        for (JsonNode version : spec("versions")) {
            if (version.path("storage").asBoolean()) {
                return version.path("name").asText();
            }
        }
        return "";
    }

    /** Whether objects lose the fields that their schema does not know. */
    boolean prunes() {
        return !spec("preserveUnknownFields").asBoolean();
    }

    /** Whether the names are accepted, and so the type is served. */
    boolean established() {
        return condition("Established");
    }

    private boolean condition(String type) {
        for (JsonNode condition : json.path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    String kind() {
        return spec("names").path("kind").asText();
    }

    JsonNode conversion() {
        return spec("conversion");
    }

    /** The type, or empty when it is not established or no version is served. */
    Optional<ResourceType> type(CustomStrategy.Converter converter) {
        List<String> served = new ArrayList<>();
        Map<String, JsonNode> schemas = new HashMap<>();
        Map<String, String> deprecations = new HashMap<>();
        Map<String, PrinterColumns> columns = new HashMap<>();
        Map<String, Set<String>> selectable = new HashMap<>();
        for (JsonNode version : spec("versions")) {
            String name = version.path("name").asText();
            schemas.put(name, version.path("schema").path("openAPIV3Schema"));
            selectable.put(name, selectable(version));
            columns.put(name, PrinterColumns.parse(version.path("additionalPrinterColumns")));
            if (version.path("served").asBoolean()) {
                served.add(name);
            }
            if (version.path("deprecated").asBoolean()) {
                deprecations.put(name, deprecation(version));
            }
        }
        if (served.isEmpty() || !established()) {
            return Optional.empty();
        }
        served.sort(VersionOrder.NEWEST_FIRST);
        JsonNode names = json.path("status").path("acceptedNames");
        GroupVersionKind kind = new GroupVersionKind(
                spec("group").asText(), storageVersion(), names.path("kind").asText());
        return Optional.of(new ResourceType(
                defines(),
                kind.kind(),
                names.path("listKind").asText(kind.kind() + "List"),
                names.path("singular").asText(),
                strings(names.path("shortNames")),
                strings(names.path("categories")),
                spec("scope").asText().equals("Namespaced"),
                served,
                storageVersion(),
                VERBS,
                subresources(kind),
                new CustomStrategy(
                        new GroupKind(kind.group(), kind.kind()),
                        schemas,
                        storageVersion(),
                        deprecations,
                        selectable,
                        prunes(),
                        scalePaths(),
                        converter,
                        json.path("metadata").path("resourceVersion").asLong()),
                selectable.values().stream().flatMap(Set::stream).collect(Collectors.toSet()),
                CustomPrinter.of(columns, storageVersion())));
    }

    private String deprecation(JsonNode version) {
        String own = version.path("deprecationWarning").asText();
        return own.isEmpty()
                ? spec("group").asText() + "/" + version.path("name").asText() + " "
                        + spec("names").path("kind").asText() + " is deprecated"
                : own;
    }

    private List<Subresource> subresources(GroupVersionKind kind) {
        List<Subresource> found = new ArrayList<>();
        Set<String> withStatus = versionsWith("status");
        if (!withStatus.isEmpty()) {
            found.add(new Subresource("status", kind, SCALE_VERBS, withStatus));
        }
        Set<String> withScale = versionsWith("scale");
        if (!withScale.isEmpty()) {
            found.add(new Subresource("scale", SCALE, SCALE_VERBS, withScale));
        }
        return found;
    }

    private Set<String> versionsWith(String subresource) {
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode version : spec("versions")) {
            if (version.path("subresources").has(subresource)) {
                names.add(version.path("name").asText());
            }
        }
        return names;
    }

    private ScalePaths scalePaths() {
        JsonNode scale = scale();
        String selector = scale.path("labelSelectorPath").asText();
        return new ScalePaths(
                path(scale.path("specReplicasPath").asText(".spec.replicas")),
                path(scale.path("statusReplicasPath").asText(".status.replicas")),
                Optional.of(selector.isEmpty() ? List.of("status", "") : path(selector)));
    }

    /** The paths of the storage version, or of the first that has some. */
    private JsonNode scale() {
        JsonNode own = version(storageVersion()).path("subresources").path("scale");
        return own.isObject()
                ? own
                : spec("versions")
                        .valueStream()
                        .map(version -> version.path("subresources").path("scale"))
                        .filter(JsonNode::isObject)
                        .findFirst()
                        .orElse(own);
    }

    private static Set<String> selectable(JsonNode version) {
        Set<String> paths = new LinkedHashSet<>();
        version.path("selectableFields")
                .forEach(field -> paths.add(field.path("jsonPath").asText().replaceFirst("^\\.", "")));
        return paths;
    }

    private static List<String> path(String jsonPath) {
        return List.of(jsonPath.replaceFirst("^\\.", "").split("\\.", -1));
    }

    private JsonNode version(String name) {
        for (JsonNode version : spec("versions")) {
            if (version.path("name").asText().equals(name)) {
                return version;
            }
        }
        return MissingNode.getInstance();
    }

    private JsonNode spec(String field) {
        return json.path("spec").path(field);
    }

    private static List<String> strings(JsonNode list) {
        List<String> strings = new ArrayList<>();
        list.forEach(node -> strings.add(node.asText()));
        return strings;
    }

    /** Reads a schema; one that is absent knows nothing and keeps everything. */
    static Optional<StructuralSchema> schema(JsonNode openApi) {
        return openApi.isObject() ? Optional.of(StructuralSchema.parse(openApi)) : Optional.empty();
    }
}
