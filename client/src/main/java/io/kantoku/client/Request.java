package io.kantoku.client;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.NamespacedName;

/** Names the object to reconcile. */
public record Request(ClusterId cluster, NamespacedName name) {
    @Override
    public String toString() {
        return cluster + ":" + name;
    }
}
