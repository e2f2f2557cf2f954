package io.kantoku.controllers.endpoints;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import java.util.List;

/** Keeps the Endpoints of Services that have a selector. Requests name Services. */
public final class EndpointsController implements Reconciler {
    private final Clusters clusters;

    public EndpointsController(Clusters clusters) {
        this.clusters = clusters;
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject service = client.find(Resources.SERVICES, request.name()).orElse(null);
        if (service == null) {
            Clients.delete(client, Resources.ENDPOINTS, request.name(), DeleteOptions.background());
            return Result.done();
        }
        if (!isManaged(service)) {
            return Result.done();
        }
        List<KubeObject> pods = selected(client, service);
        KubeObject present = client.find(Resources.ENDPOINTS, request.name()).orElse(null);
        KubeObject next = EndpointsPlan.plan(service, pods, present);
        if (present == null) {
            try {
                client.create(Resources.ENDPOINTS, next);
            } catch (ApiException e) {
                if (!Clients.isNamespaceTerminating(e)) {
                    throw e;
                }
            }
        } else if (!next.equals(present)) {
            client.update(Resources.ENDPOINTS, next);
        }
        return Result.done();
    }

    /** Whether controllers choose the Service's endpoints: it has a selector and is not an alias. */
    static boolean isManaged(KubeObject service) {
        return !ServiceIndex.selector(service).isEmpty()
                && !service.text("spec", "type").equals("ExternalName")
                && !service.deleting();
    }

    static List<KubeObject> selected(KubeClient client, KubeObject service) {
        String selector = LabelSelector.ofLabels(ServiceIndex.selector(service)).toString();
        return client.list(Resources.PODS, Query.in(service.namespace()).labelled(selector))
                .items();
    }
}
