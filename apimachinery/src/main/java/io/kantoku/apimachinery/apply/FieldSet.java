package io.kantoku.apimachinery.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of paths in an object, as {@code managedFields} keeps them in {@code fieldsV1}. Immutable.
 *
 * <p>A tree: each node says whether the path that leads to it is in the set, and has the nodes below. No branch ends in a node that is
 * not in the set.
 */
public final class FieldSet {
    public static final FieldSet EMPTY = new FieldSet(false, Collections.emptySortedMap());

    private static final FieldSet LEAF = new FieldSet(true, Collections.emptySortedMap());
    private static final String SELF = ".";

    private final boolean member;
    private final SortedMap<PathElement, FieldSet> children;

    private FieldSet(boolean member, SortedMap<PathElement, FieldSet> children) {
        this.member = member;
        this.children = children;
    }

    /**
     * Reads {@code fieldsV1}.
     *
     * @throws io.kantoku.apimachinery.ApiException 400 when it is malformed
     */
    public static FieldSet parse(JsonNode fieldsV1) {
        return parse(fieldsV1, false);
    }

    private static FieldSet parse(JsonNode json, boolean below) {
        if (json.isEmpty()) {
            return below ? LEAF : EMPTY;
        }
        Builder builder = new Builder();
        json.properties().forEach(entry -> {
            if (entry.getKey().equals(SELF)) {
                builder.member = below;
            } else {
                builder.put(PathElement.parse(entry.getKey()), parse(entry.getValue(), true));
            }
        });
        return builder.build();
    }

    /** Writes {@code fieldsV1}. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        if (member && !children.isEmpty()) {
            json.putObject(SELF);
        }
        children.forEach((element, child) -> json.set(element.written(), child.toJson()));
        return json;
    }

    public boolean isEmpty() {
        return !member && children.isEmpty();
    }

    /** The paths that are in both sets or in either. */
    public FieldSet union(FieldSet other) {
        if (isEmpty()) {
            return other;
        }
        if (other.isEmpty()) {
            return this;
        }
        Builder builder = new Builder();
        builder.member = member || other.member;
        builder.children.putAll(children);
        other.children.forEach((element, child) -> builder.children.merge(element, child, FieldSet::union));
        return builder.build();
    }

    public FieldSet intersection(FieldSet other) {
        Builder builder = new Builder();
        builder.member = member && other.member;
        children.forEach((element, child) -> {
            FieldSet counterpart = other.children.get(element);
            if (counterpart != null) {
                builder.put(element, child.intersection(counterpart));
            }
        });
        return builder.build();
    }

    /** The paths of this set that are not in the other; a path below one of the other's stays. */
    public FieldSet difference(FieldSet other) {
        if (other.isEmpty()) {
            return this;
        }
        Builder builder = new Builder();
        builder.member = member && !other.member;
        children.forEach((element, child) -> {
            FieldSet counterpart = other.children.get(element);
            builder.put(element, counterpart == null ? child : child.difference(counterpart));
        });
        return builder.build();
    }

    /** The paths that do not begin with one of these, each one or more fields with dots between them. */
    public FieldSet without(Set<String> beginnings) {
        return beginnings.isEmpty() ? this : without("", beginnings);
    }

    private FieldSet without(String prefix, Set<String> beginnings) {
        Builder builder = new Builder();
        builder.member = member;
        children.forEach((element, child) -> {
            String path = prefix + element.text();
            if (!element.isField()) {
                builder.put(element, child);
            } else if (!beginnings.contains(path)) {
                boolean further = beginnings.stream().anyMatch(beginning -> beginning.startsWith(path + "."));
                builder.put(element, further ? child.without(path + ".", beginnings) : child);
            }
        });
        return builder.build();
    }

    /** The paths as messages show them, {@code .spec.containers[name="x"].image}, in order. */
    public List<String> paths() {
        List<String> paths = new ArrayList<>();
        collect("", paths);
        return paths;
    }

    private void collect(String prefix, List<String> paths) {
        if (member) {
            paths.add(prefix);
        }
        children.forEach((element, child) -> child.collect(prefix + element, paths));
    }

    /** How many elements the longest path has. */
    int depth() {
        int depth = 0;
        for (FieldSet child : children.values()) {
            depth = Math.max(depth, child.depth() + 1);
        }
        return depth;
    }

    SortedMap<PathElement, FieldSet> children() {
        return children;
    }

    /** Whether the path that leads here is in the set. */
    boolean isMember() {
        return member;
    }

    /** What is below an element, {@link #EMPTY} when nothing is. */
    FieldSet below(PathElement element) {
        FieldSet child = children.get(element);
        return child == null ? EMPTY : child;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldSet set && member == set.member && children.equals(set.children);
    }

    @Override
    public int hashCode() {
        return 31 * children.hashCode() + Boolean.hashCode(member);
    }

    @Override
    public String toString() {
        return paths().toString();
    }

    /** One node in the making; belongs to the one thread that fills it. */
    static final class Builder {
        private boolean member;
        private final TreeMap<PathElement, FieldSet> children = new TreeMap<>();

        Builder member() {
            member = true;
            return this;
        }

        /** Adds what is below an element; nothing when that is empty. */
        Builder put(PathElement element, FieldSet child) {
            if (!child.isEmpty()) {
                children.merge(element, child, FieldSet::union);
            }
            return this;
        }

        FieldSet build() {
            if (children.isEmpty()) {
                return member ? LEAF : EMPTY;
            }
            return new FieldSet(member, Collections.unmodifiableSortedMap(children));
        }
    }
}
