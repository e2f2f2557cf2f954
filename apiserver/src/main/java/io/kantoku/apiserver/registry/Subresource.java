package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.GroupVersionKind;
import java.util.List;
import java.util.Set;

/**
 * A part of an object, or an action on it, with a path of its own.
 *
 * @param name for example {@code status}, {@code scale}, {@code binding}
 * @param kind the kind that is read and written there; for {@code status} the object's own
 * @param verbs what discovery announces
 * @param versions the versions of the object's kind that have it, none for all: custom kinds say it for each version
 */
public record Subresource(String name, GroupVersionKind kind, List<String> verbs, Set<String> versions) {
    public Subresource {
        verbs = List.copyOf(verbs);
        versions = Set.copyOf(versions);
    }

    public Subresource(String name, GroupVersionKind kind, List<String> verbs) {
        this(name, kind, verbs, Set.of());
    }

    /** Whether a version of the object's kind has it. */
    public boolean in(String version) {
        return versions.isEmpty() || versions.contains(version);
    }
}
