package io.kantoku.controllers.workloads;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Resources;
import io.kantoku.controllers.Clients;
import java.util.List;

/** Creates and deletes the pods of a controller object and tells of it in its events. */
final class PodControl {
    /** Most pods that one reconciliation creates or deletes. */
    static final int BURST = 500;

    private final Events events;

    PodControl(Events events) {
        this.events = events;
    }

    /** Creates the pod; false when its namespace is going away, which needs no repeat. */
    boolean create(KubeClient client, KubeObject owner, KubeObject pod) {
        try {
            KubeObject created = client.create(Resources.PODS, pod);
            events.normal(client.cluster(), owner, "SuccessfulCreate", "Created pod: " + created.name());
            return true;
        } catch (ApiException e) {
            if (Clients.isNamespaceTerminating(e)) {
                return false;
            }
            events.warning(client.cluster(), owner, "FailedCreate", "Error creating: " + e.getMessage());
            throw e;
        }
    }

    void delete(KubeClient client, KubeObject owner, KubeObject pod) {
        try {
            if (Clients.delete(client, Resources.PODS, pod, DeleteOptions.background())) {
                events.normal(client.cluster(), owner, "SuccessfulDelete", "Deleted pod: " + pod.name());
            }
        } catch (ApiException e) {
            events.warning(client.cluster(), owner, "FailedDelete", "Error deleting: " + e.getMessage());
            throw e;
        }
    }

    void delete(KubeClient client, KubeObject owner, List<KubeObject> pods) {
        pods.forEach(pod -> delete(client, owner, pod));
    }
}
