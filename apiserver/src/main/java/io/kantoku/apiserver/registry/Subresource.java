package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.GroupVersionKind;
import java.util.List;

/**
 * A part of an object, or an action on it, with a path of its own.
 *
 * @param name for example {@code status}, {@code scale}, {@code binding}
 * @param kind the kind that is read and written there; for {@code status} the object's own
 * @param verbs what discovery announces
 */
public record Subresource(String name, GroupVersionKind kind, List<String> verbs) {
    public Subresource {
        verbs = List.copyOf(verbs);
    }
}
