package io.kantoku.apiserver.catalog.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.catalog.openapi.SchemaJson.Dialect;
import io.kantoku.apiserver.registry.ResourceType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes the OpenAPI documents of a set of served kinds, built in and custom.
 *
 * <p>A document is made anew by each call (about ten milliseconds for the core group); {@link #hash} is cheap, is what clients
 * cache by, and changes whenever the document of the group version does.
 */
public final class OpenApiDocuments {
    private static final List<String> ALWAYS = List.of(
            "io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList",
            "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
            "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta",
            "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
            "io.k8s.apimachinery.pkg.apis.meta.v1.Status",
            "io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent");
    private static final List<String> DISCOVERY = List.of(
            "io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup",
            "io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList",
            "io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions",
            "io.k8s.apimachinery.pkg.version.Info");
    /** Part of all hashes: changes when the same kinds are written in another way. */
    private static final String FORMAT = "3";

    private static final String PATCH = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";
    private static final List<String> COMMON = List.of("apiVersion", "kind", "metadata");

    /** Kinds that have nothing special in their common fields. */
    private static final String OBJECT = "io.k8s.api.core.v1.ConfigMap";

    private static final String LIST = "io.k8s.api.core.v1.ConfigMapList";

    private final List<ResourceType> types;
    private final String release;
    private final BuiltInSchemas builtIn = BuiltInSchemas.get();

    /**
     * The documents of a cluster.
     *
     * @param types all kinds that the cluster serves
     * @param release the version that the documents name, for example {@code v1.32.4}
     */
    public OpenApiDocuments(List<ResourceType> types, String release) {
        this.types = List.copyOf(types);
        this.release = release;
    }

    /** {@code /openapi/v3}: where each group version's document is, by a URL that changes with its content. */
    public ObjectNode index() {
        ObjectNode index = Json.object();
        ObjectNode paths = index.putObject("paths");
        for (GroupVersion version : versions()) {
            String path = Operations.root(version).substring(1);
            paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + hash(version));
        }
        return index;
    }

    /** All group versions served, in the order of their paths. */
    public List<GroupVersion> versions() {
        Set<GroupVersion> versions = new TreeSet<>(Comparator.comparing(Operations::root));
        for (ResourceType type : types) {
            type.versions()
                    .forEach(
                            version -> versions.add(new GroupVersion(type.name().group(), version)));
        }
        return List.copyOf(versions);
    }

    /** What tells one state of a group version's document from another; also its ETag. */
    public String hash(GroupVersion version) {
        MessageDigest digest = sha256();
        add(digest, FORMAT + builtIn.digest() + release);
        for (ResourceType type : of(version)) {
            add(digest, type.name() + " " + type.kind() + " " + type.verbs());
            type.subresourcesIn(version.version())
                    .forEach(part -> add(digest, part.name() + part.kind() + part.verbs()));
            type.strategy().selectableFields(version.version()).ifPresent(fields -> add(digest, fields.toString()));
            type.strategy().openApiSchema(version.version()).ifPresent(schema -> digest.update(Json.bytes(schema)));
        }
        return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), 32)).toUpperCase(Locale.ROOT);
    }

    /** {@code /openapi/v3/apis/group/version}. */
    public ObjectNode v3(GroupVersion version) {
        ObjectNode document = Json.object().put("openapi", "3.0.0");
        info(document);
        ObjectNode paths = document.putObject("paths");
        ObjectNode schemas = document.putObject("components").putObject("schemas");
        write(Dialect.V3, List.of(version), paths, schemas);
        return document;
    }

    /** {@code /openapi/v2}: everything in one document. */
    public ObjectNode v2() {
        ObjectNode document = Json.object().put("swagger", "2.0");
        info(document);
        ObjectNode paths = document.putObject("paths");
        write(Dialect.V2, versions(), paths, document.putObject("definitions"));
        return document;
    }

    private void info(ObjectNode document) {
        document.putObject("info").put("title", "Kubernetes").put("version", release);
    }

    private List<ResourceType> of(GroupVersion version) {
        return types.stream()
                .filter(type -> type.name().group().equals(version.group())
                        && type.versions().contains(version.version()))
                .sorted(Comparator.comparing(ResourceType::name))
                .toList();
    }

    private void write(Dialect dialect, List<GroupVersion> versions, ObjectNode paths, ObjectNode schemas) {
        SchemaJson json = new SchemaJson(dialect);
        Operations operations = new Operations(dialect, paths, builtIn);
        List<String> names = new ArrayList<>(ALWAYS);
        if (dialect == Dialect.V2) {
            operations.discovery(versions);
            names.addAll(DISCOVERY);
        }
        for (GroupVersion version : versions) {
            operations.resources(version);
            for (ResourceType type : of(version)) {
                GroupVersionKind kind = type.kindIn(version.version());
                Optional<String> name = builtIn.schemaName(kind);
                if (name.isPresent()) {
                    String list =
                            builtIn.schemaName(version.kind(type.listKind())).orElse(name.get());
                    names.add(name.get());
                    names.add(list);
                    operations.add(new Operations.Served(type, kind, name.get(), list, true));
                } else {
                    String custom = customName(kind);
                    operations.add(new Operations.Served(type, kind, custom, custom + "List", false));
                    custom(json, schemas, custom, type, version.version());
                }
                type.subresourcesIn(version.version())
                        .forEach(sub -> builtIn.schemaName(sub.kind()).ifPresent(names::add));
            }
            names.addAll(reviews(version));
        }
        ObjectNode texts = builtIn.texts();
        for (String name : builtIn.closure(names)) {
            schemas.set(name, json.schema(name, texts));
        }
        schemas.putObject(PATCH)
                .put("type", "object")
                .put("description", "A change to an object; its media type says of which form.");
    }

    /** Kinds of the group version that are no collections: reviews, scales, evictions. */
    private List<String> reviews(GroupVersion version) {
        List<String> names = new ArrayList<>();
        builtIn.table().kinds().forEach((kind, struct) -> {
            if (kind.groupVersion().equals(version)
                    && !version.group().isEmpty()
                    && !kind.kind().endsWith("List")) {
                names.add(struct.name());
            }
        });
        Collections.sort(names);
        return names;
    }

    /** {@code com.example.v1.Widget} of the group {@code example.com}. */
    static String customName(GroupVersionKind kind) {
        List<String> parts = new ArrayList<>(Arrays.asList(kind.group().split("\\.", -1)));
        Collections.reverse(parts);
        return String.join(".", parts) + "." + kind.version() + "." + kind.kind();
    }

    private void custom(SchemaJson json, ObjectNode schemas, String name, ResourceType type, String version) {
        ObjectNode schema = type.strategy()
                .openApiSchema(version)
                .map(ObjectNode::deepCopy)
                .orElseGet(() -> Json.object().put("type", "object").put("x-kubernetes-preserve-unknown-fields", true));
        GroupVersionKind kind = type.kindIn(version);
        boolean reduced = json.dialect() == Dialect.V2;
        if (reduced && ReducedSchema.isOpen(schema)) {
            schema = Json.object().put("type", "object");
        } else {
            if (reduced) {
                ReducedSchema.reduce(schema);
            }
            ObjectNode properties = schema.withObjectProperty("properties");
            COMMON.forEach(field -> properties.set(field, common(json, OBJECT, field)));
        }
        schema.putArray("x-kubernetes-group-version-kind").add(SchemaJson.kind(kind));
        Set<String> selectable = type.selectableFields(version);
        if (!selectable.isEmpty()) {
            ArrayNode fields = schema.putArray("x-kubernetes-selectable-fields");
            selectable.forEach(path -> fields.addObject().put("fieldPath", path));
        }
        schemas.set(name, schema);

        ObjectNode list = Json.object()
                .put("description", type.listKind() + " is a list of " + type.kind())
                .put("type", "object");
        list.putArray("required").add("items");
        ObjectNode members = list.putObject("properties");
        COMMON.forEach(field -> members.set(field, common(json, LIST, field)));
        ObjectNode items = members.putObject("items").put("type", "array").put("description", "The objects.");
        items.set("items", json.reference(name));
        list.putArray("x-kubernetes-group-version-kind")
                .add(SchemaJson.kind(kind.groupVersion().kind(type.listKind())));
        schemas.set(name + "List", list);
    }

    /** A field that every kind has, as one of the built-in kinds has it. */
    private ObjectNode common(SchemaJson json, String of, String field) {
        return json.field(builtIn.texts().path(of).path("p").path(field));
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
