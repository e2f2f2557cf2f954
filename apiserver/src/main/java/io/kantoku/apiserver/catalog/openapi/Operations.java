package io.kantoku.apiserver.catalog.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apiserver.catalog.openapi.OperationJson.Body;
import io.kantoku.apiserver.catalog.openapi.OperationJson.Operation;
import io.kantoku.apiserver.catalog.openapi.SchemaJson.Dialect;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.Subresource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the {@code paths} of a document: those that upstream's document has, by its names for operations. kubectl reads from them
 * whether a kind can be patched strategically, dry-run and field-validated; other clients are made from them or find their way by
 * them.
 */
final class Operations {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String STATUS = META + "Status";
    private static final List<String> JSON_OR_YAML = List.of("application/json", "application/yaml");
    private static final List<String> PATCHES =
            List.of("application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json");
    private static final String STRATEGIC = "application/strategic-merge-patch+json";
    private static final Set<String> CONNECTING = Set.of("exec", "attach", "portforward", "proxy");
    private static final Body DELETE_OPTIONS = new Body(META + "DeleteOptions", JSON_OR_YAML, false);

    private final OperationJson json;
    private final BuiltInSchemas builtIn;

    Operations(Dialect dialect, ObjectNode paths, BuiltInSchemas builtIn) {
        this.json = new OperationJson(dialect, paths);
        this.builtIn = builtIn;
    }

    /**
     * A kind in one version.
     *
     * @param schema the name of its schema
     * @param listSchema the name of its list's schema
     * @param builtIn whether it has a strategic merge patch, and the old paths of watches
     */
    record Served(ResourceType type, GroupVersionKind kind, String schema, String listSchema, boolean builtIn) {
        String name() {
            return type.namespaced() ? "Namespaced" + kind.kind() : kind.kind();
        }

        String root() {
            return Operations.root(kind.groupVersion());
        }

        String plural() {
            return type.name().resource();
        }

        String below(String root) {
            return root + (type.namespaced() ? "/namespaces/{namespace}/" : "/") + plural();
        }

        boolean can(String verb) {
            return type.verbs().contains(verb);
        }
    }

    static String root(GroupVersion version) {
        return version.group().isEmpty() ? "/api/" + version.version() : "/apis/" + version;
    }

    /** Adds the paths of one kind. */
    void add(Served served) {
        String collection = served.below(served.root());
        String object = collection + "/{name}";
        if (served.can("list")) {
            lists(served, collection);
        }
        if (served.can("create")) {
            write(served, collection, "post", "post", "create", served.name(), served.schema);
        }
        if (served.can("deletecollection")) {
            delete(served, collection, "deletecollection", "deleteCollection", QueryParameters.DELETE_ALL);
        }
        if (served.can("get")) {
            read(served, object, "get", "read", served.name(), QueryParameters.NONE, served.schema);
        }
        change(served, object, served.type.verbs(), served.kind, served.name(), served.schema);
        if (served.can("delete")) {
            delete(served, object, "delete", "delete", QueryParameters.DELETE);
        }
        if (served.builtIn && served.can("watch")) {
            oldWatches(served);
        }
        served.type.subresourcesIn(served.kind.version()).forEach(part -> subresource(served, object, part));
    }

    private void lists(Served served, String collection) {
        read(served, collection, "list", "list", served.name(), QueryParameters.LIST, served.listSchema);
        if (served.type.namespaced()) {
            String everywhere = served.root() + "/" + served.plural();
            String name = served.kind.kind() + "ForAllNamespaces";
            read(served, everywhere, "list", "list", name, QueryParameters.LIST, served.listSchema);
        }
    }

    /** Watches before they were a parameter of lists. */
    private void oldWatches(Served served) {
        String event = META + "WatchEvent";
        String root = served.root() + "/watch";
        String collection = served.below(root);
        read(served, collection, "watchlist", "watch", served.name() + "List", QueryParameters.LIST, event);
        read(served, collection + "/{name}", "watch", "watch", served.name(), QueryParameters.LIST, event);
        if (served.type.namespaced()) {
            String name = served.kind.kind() + "ListForAllNamespaces";
            read(served, root + "/" + served.plural(), "watchlist", "watch", name, QueryParameters.LIST, event);
        }
    }

    private void subresource(Served served, String object, Subresource part) {
        String path = object + "/" + part.name();
        String name = served.name() + OperationJson.camel(part.name());
        if (CONNECTING.contains(part.name())) {
            connect(served, path, part, name);
            return;
        }
        if (part.name().equals("log")) {
            read(served, path, "get", "read", name, QueryParameters.connecting("log"), "");
            return;
        }
        boolean own = part.kind().kind().equals(served.kind.kind());
        GroupVersionKind kind = own ? served.kind : part.kind();
        String schema = own ? served.schema : builtIn.schemaName(kind).orElse(served.schema);
        if (part.verbs().contains("get")) {
            json.write(path, "get", operation(served, "get", "read", name, kind, QueryParameters.NONE, schema));
        }
        if (part.verbs().contains("create")) {
            write(served, path, "post", "post", "create", name, schema);
        }
        change(served, path, part.verbs(), kind, name, schema);
    }

    private void connect(Served served, String path, Subresource part, String name) {
        List<String> paths = part.name().equals("proxy") ? List.of(path, path + "/{path}") : List.of(path);
        for (String each : paths) {
            for (String verb : part.verbs()) {
                String method = method(verb);
                String id = "connect" + OperationJson.camel(OperationJson.tag(served.kind.groupVersion()))
                        + OperationJson.camel(method) + name + (each.equals(path) ? "" : "WithPath");
                json.write(
                        each,
                        method,
                        new Operation(
                                OperationJson.tag(served.kind.groupVersion()),
                                "connect",
                                id,
                                Optional.of(part.kind()),
                                QueryParameters.connecting(part.name()),
                                Optional.empty(),
                                ""));
            }
        }
    }

    private static String method(String verb) {
        return switch (verb) {
            case "create" -> "post";
            case "update" -> "put";
            default -> verb;
        };
    }

    private void read(
            Served served, String path, String action, String verb, String name, List<String> query, String answer) {
        json.write(path, "get", operation(served, action, verb, name, served.kind, query, answer));
    }

    private void write(
            Served served, String path, String method, String action, String verb, String name, String schema) {
        Operation plain = operation(served, action, verb, name, served.kind, QueryParameters.WRITE, schema);
        json.write(path, method, with(plain, new Body(schema, JSON_OR_YAML, true)));
    }

    private void delete(Served served, String path, String action, String verb, List<String> query) {
        json.write(
                path,
                "delete",
                with(operation(served, action, verb, served.name(), served.kind, query, STATUS), DELETE_OPTIONS));
    }

    private void change(
            Served served, String path, List<String> verbs, GroupVersionKind kind, String name, String schema) {
        if (verbs.contains("update")) {
            Operation plain = operation(served, "put", "replace", name, kind, QueryParameters.WRITE, schema);
            json.write(path, "put", with(plain, new Body(schema, JSON_OR_YAML, true)));
        }
        if (verbs.contains("patch")) {
            List<String> types = new ArrayList<>(PATCHES);
            if (served.builtIn) {
                types.add(STRATEGIC);
            }
            Operation plain = operation(served, "patch", "patch", name, kind, QueryParameters.PATCH, schema);
            json.write(path, "patch", with(plain, new Body(META + "Patch", types, true)));
        }
    }

    private static Operation operation(
            Served served,
            String action,
            String verb,
            String name,
            GroupVersionKind kind,
            List<String> query,
            String answer) {
        String tag = OperationJson.tag(served.kind.groupVersion());
        String id = verb + OperationJson.camel(tag) + name;
        return new Operation(tag, action, id, Optional.of(kind), query, Optional.empty(), answer);
    }

    private static Operation with(Operation plain, Body body) {
        return new Operation(
                plain.tag(),
                plain.action(),
                plain.id(),
                plain.kind(),
                plain.query(),
                Optional.of(body),
                plain.answer());
    }

    /** {@code GET /apis/group/version/}. */
    void resources(GroupVersion version) {
        discovery(root(version) + "/", OperationJson.tag(version), "APIResources", META + "APIResourceList");
    }

    /** What is found without knowing a group version; part of the document of everything only. */
    void discovery(List<GroupVersion> versions) {
        discovery("/api/", "core", "APIVersions", META + "APIVersions");
        discovery("/apis/", "apis", "APIVersions", META + "APIGroupList");
        discovery("/version/", "version", "Code", "io.k8s.apimachinery.pkg.version.Info");
        versions.stream()
                .map(GroupVersion::group)
                .filter(group -> !group.isEmpty())
                .distinct()
                .forEach(group ->
                        discovery("/apis/" + group + "/", OperationJson.tag(group), "APIGroup", META + "APIGroup"));
    }

    private void discovery(String path, String tag, String name, String answer) {
        String id = tag.equals("version") ? "getCodeVersion" : "get" + OperationJson.camel(tag) + name;
        json.write(
                path,
                "get",
                new Operation(tag, "", id, Optional.empty(), QueryParameters.NONE, Optional.empty(), answer));
    }
}
