package io.kantoku.controllers;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Status;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.ObjectList;
import io.kantoku.client.Query;
import java.util.List;

/** Calls in the way controllers mean them: an object that is gone already needs no deletion. */
public final class Clients {
    private Clients() {}

    /** Deletes the very object that was seen; whether it was still there. */
    public static boolean delete(
            KubeClient client, GroupVersionResource resource, KubeObject seen, DeleteOptions options) {
        return delete(client, resource, seen.namespacedName(), options.ofUid(seen.uid()));
    }

    /** As the client's, but an absent object, or another one of that name, is not an error. */
    public static boolean delete(
            KubeClient client, GroupVersionResource resource, NamespacedName name, DeleteOptions options) {
        try {
            client.delete(resource, name, options);
            return true;
        } catch (ApiException e) {
            if (e.isNotFound() || (e.isConflict() && !options.uid().isEmpty())) {
                return false;
            }
            throw e;
        }
    }

    /** The objects found; none when the cluster does not serve the collection. */
    public static List<KubeObject> list(KubeClient client, GroupVersionResource resource, Query query) {
        try {
            ObjectList list = client.list(resource, query);
            return list.items();
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return List.of();
            }
            throw e;
        }
    }

    /** Writes the status when it differs from what is stored. */
    public static void updateStatus(
            KubeClient client, GroupVersionResource resource, KubeObject stored, KubeObject wanted) {
        if (!Json.equal(stored.at("status"), wanted.at("status"))) {
            client.updateStatus(resource, wanted);
        }
    }

    /** Whether a creation was refused because the namespace is going away: nothing to retry. */
    public static boolean isNamespaceTerminating(ApiException e) {
        Status.Details details = e.status().details();
        return details != null
                && details.causes().stream().anyMatch(cause -> cause.reason().equals("NamespaceTerminating"));
    }
}
