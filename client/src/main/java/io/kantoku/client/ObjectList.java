package io.kantoku.client;

import io.kantoku.apimachinery.KubeObject;
import java.util.List;

/**
 * The objects that a list call found.
 *
 * @param resourceVersion the state of the collection, to watch from
 */
public record ObjectList(List<KubeObject> items, String resourceVersion) {
    public ObjectList {
        items = List.copyOf(items);
    }
}
