package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersionKind;

/**
 * The collection that a kind shares with another kind: Events are the same objects in the core group and in {@code events.k8s.io}.
 *
 * @param resource the name of the collection
 * @param kind the kind and version in which its objects are stored
 */
public record StoredAs(GroupResource resource, GroupVersionKind kind) {}
