package io.kantoku.vsphere.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VsphereException;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A tree of named nodes below a fixed root, kept in storage: VM folders or resource pools.
 *
 * <p>Reads take no lock. Changes are made under the write lock of the {@link Structure}, and are visible once they are durable.
 */
final class NamedTree<N> {
    /** How one kind of node is taken apart and kept. */
    interface Form<N> {
        MoRef.Kind kind();

        MoRef id(N node);

        String name(N node);

        MoRef parent(N node);

        /** Adds what a node has besides id, name and parent. */
        void write(N node, ObjectNode document);

        N read(MoRef id, String name, MoRef parent, JsonNode document);
    }

    /** Nodes are shown on one line everywhere. */
    private static final int LONGEST_NAME = 80;

    private final Form<N> form;
    private final String prefix;
    private final MoRef root;
    private final InventoryStorage storage;
    private final Structure structure;

    /** Replaced as a whole under the write lock. */
    private volatile NavigableMap<MoRef, N> nodes;

    NamedTree(Form<N> form, String prefix, N root, InventoryStorage storage, Structure structure) {
        this.form = form;
        this.prefix = prefix;
        this.root = form.id(root);
        this.storage = storage;
        this.structure = structure;
        NavigableMap<MoRef, N> restored = new TreeMap<>();
        restored.put(this.root, root);
        storage.list(prefix).forEach((key, document) -> {
            N node = read(key, document);
            restored.put(form.id(node), node);
        });
        this.nodes = restored;
    }

    private N read(String key, JsonNode document) {
        try {
            MoRef id = MoRef.parse(document.path("id").asText()).require(form.kind());
            return form.read(
                    id,
                    document.path("name").asText(),
                    MoRef.parse(document.path("parent").asText()),
                    document);
        } catch (VsphereException e) {
            throw new VsphereException(
                    VsphereException.Code.INTERNAL,
                    "the inventory's document " + key + " cannot be read: " + e.getMessage() + "; restore it",
                    e);
        }
    }

    List<N> list() {
        return List.copyOf(nodes.values());
    }

    Optional<N> find(MoRef id) {
        return Optional.ofNullable(nodes.get(id));
    }

    N get(MoRef id) {
        return find(id).orElseThrow(() -> VsphereException.notFound(form.kind().label(), id));
    }

    Optional<N> child(MoRef parent, String name) {
        return nodes.values().stream()
                .filter(node ->
                        form.parent(node).equals(parent) && form.name(node).equals(name))
                .findFirst();
    }

    /** Whether the node is the ancestor or below it. */
    boolean isWithin(MoRef node, MoRef ancestor) {
        MoRef at = node;
        while (!at.equals(ancestor)) {
            N here = nodes.get(at);
            if (here == null || at.equals(root)) {
                return false;
            }
            at = form.parent(here);
        }
        return true;
    }

    N create(N node) {
        return structure.changing(() -> {
            String name = form.name(node);
            if (name.isBlank() || name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
                throw VsphereException.invalid(
                        "'" + name + "' cannot name a " + form.kind().label() + ": a name has 1 to " + LONGEST_NAME
                                + " characters and no control character");
            }
            get(form.parent(node));
            child(form.parent(node), name).ifPresent(taken -> {
                throw new VsphereException(
                        VsphereException.Code.ALREADY_EXISTS,
                        "there is a " + form.kind().label() + " '" + name + "' already, " + form.id(taken));
            });
            return keep(node);
        });
    }

    /** Replaces the node of the same id. */
    N update(N node) {
        return structure.changing(() -> {
            get(form.id(node));
            return keep(node);
        });
    }

    private N keep(N node) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", form.id(node).toString())
                .put("name", form.name(node))
                .put("parent", form.parent(node).toString());
        form.write(node, document);
        storage.put(prefix + form.id(node), document);
        NavigableMap<MoRef, N> next = new TreeMap<>(nodes);
        next.put(form.id(node), node);
        nodes = Collections.unmodifiableNavigableMap(next);
        return node;
    }

    void delete(MoRef id, Predicate<MoRef> holdsMachines) {
        id.require(form.kind());
        structure.changing(() -> {
            if (!nodes.containsKey(id)) {
                return id;
            }
            if (id.equals(root)) {
                throw VsphereException.invalid("the root " + form.kind().label() + " " + id + " cannot be deleted");
            }
            boolean hasChildren =
                    nodes.values().stream().anyMatch(node -> form.parent(node).equals(id));
            if (hasChildren || holdsMachines.test(id)) {
                throw new VsphereException(
                        VsphereException.Code.IN_USE,
                        "the " + form.kind().label() + " '" + form.name(get(id)) + "' (" + id
                                + ") is not empty; delete what is in" + " it first");
            }
            storage.delete(prefix + id);
            NavigableMap<MoRef, N> next = new TreeMap<>(nodes);
            next.remove(id);
            nodes = Collections.unmodifiableNavigableMap(next);
            return id;
        });
    }
}
