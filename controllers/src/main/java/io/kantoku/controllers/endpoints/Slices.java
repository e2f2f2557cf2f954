package io.kantoku.controllers.endpoints;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Query;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.controllers.Clients;
import java.util.List;

/** Reads and writes the EndpointSlices of one manager. */
final class Slices {
    static final String SERVICE_NAME = "kubernetes.io/service-name";
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

    private Slices() {}

    static List<KubeObject> present(KubeClient client, NamespacedName service, String manager) {
        return Clients.list(
                client,
                Resources.ENDPOINT_SLICES,
                Query.in(service.namespace())
                        .labelled(SERVICE_NAME + "=" + service.name() + "," + MANAGED_BY + "=" + manager));
    }

    static void carryOut(KubeClient client, SlicePlan plan) {
        try {
            plan.create().forEach(slice -> client.create(Resources.ENDPOINT_SLICES, slice));
        } catch (ApiException e) {
            // A cluster of an old release does not serve this version.
            if (!Clients.isNamespaceTerminating(e) && !e.isNotFound()) {
                throw e;
            }
        }
        plan.update().forEach(slice -> client.update(Resources.ENDPOINT_SLICES, slice));
        plan.delete()
                .forEach(slice -> Clients.delete(client, Resources.ENDPOINT_SLICES, slice, DeleteOptions.background()));
    }

    static Mapper mapper(String manager) {
        return (cluster, slice, previous) -> {
            String service = slice.labels().getOrDefault(SERVICE_NAME, "");
            return previous != null
                            && !service.isEmpty()
                            && manager.equals(slice.labels().get(MANAGED_BY))
                    ? List.of(new Request(cluster, new NamespacedName(slice.namespace(), service)))
                    : List.of();
        };
    }
}
