package io.kantoku.controllers.volumes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.KubeClient;

/** Puts finalizers on objects and takes them off. */
final class Finalizers {
    private Finalizers() {}

    /** The object with the finalizer, as it is stored. */
    static KubeObject add(KubeClient client, GroupVersionResource resource, KubeObject object, String finalizer) {
        if (object.finalizers().contains(finalizer)) {
            return object;
        }
        KubeObject next = object.copy();
        next.metadata().withArrayProperty("finalizers").add(finalizer);
        return client.update(resource, next);
    }

    static void remove(KubeClient client, GroupVersionResource resource, KubeObject object, String finalizer) {
        if (!object.finalizers().contains(finalizer)) {
            return;
        }
        KubeObject next = object.copy();
        ArrayNode finalizers = next.metadata().withArrayProperty("finalizers");
        for (int i = finalizers.size() - 1; i >= 0; i--) {
            if (finalizers.get(i).asText().equals(finalizer)) {
                finalizers.remove(i);
            }
        }
        try {
            client.update(resource, next);
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
