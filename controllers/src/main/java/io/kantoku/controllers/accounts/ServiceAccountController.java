package io.kantoku.controllers.accounts;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Kinds;
import java.util.List;

/** Keeps a service account named {@code default} in each namespace. Requests name namespaces. */
public final class ServiceAccountController implements Reconciler {
    private static final String NAME = "default";

    private final Clusters clusters;

    public ServiceAccountController(Clusters clusters) {
        this.clusters = clusters;
    }

    /** Leads from a deleted default account to its namespace. */
    public static Mapper accounts() {
        return (cluster, account, previous) ->
                Mapper.isDeletion(account, previous) && account.name().equals(NAME)
                        ? List.of(new Request(cluster, NamespacedName.clusterScoped(account.namespace())))
                        : List.of();
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject namespace = client.find(Resources.NAMESPACES, request.name()).orElse(null);
        if (namespace == null || namespace.deleting()) {
            return Result.done();
        }
        NamespacedName account = new NamespacedName(namespace.name(), NAME);
        if (client.find(Resources.SERVICE_ACCOUNTS, account).isEmpty()) {
            try {
                client.create(
                        Resources.SERVICE_ACCOUNTS,
                        KubeObject.create(Kinds.SERVICE_ACCOUNT, account.namespace(), account.name()));
            } catch (ApiException e) {
                if (!e.isAlreadyExists() && !Clients.isNamespaceTerminating(e)) {
                    throw e;
                }
            }
        }
        return Result.done();
    }
}
