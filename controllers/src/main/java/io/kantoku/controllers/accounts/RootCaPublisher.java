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
import io.kantoku.controllers.ClusterCertificates;
import io.kantoku.controllers.Kinds;
import java.util.List;

/** Keeps the ConfigMap {@code kube-root-ca.crt} in each namespace, by which pods trust their API server. Requests name namespaces. */
public final class RootCaPublisher implements Reconciler {
    private static final String NAME = "kube-root-ca.crt";
    private static final String DESCRIPTION =
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the"
                    + " internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of"
                    + " Kubernetes clusters.";

    private final Clusters clusters;
    private final ClusterCertificates certificates;

    public RootCaPublisher(Clusters clusters, ClusterCertificates certificates) {
        this.clusters = clusters;
        this.certificates = certificates;
    }

    /** Leads from a changed or deleted {@code kube-root-ca.crt} to its namespace. */
    public static Mapper configMaps() {
        return (cluster, map, previous) -> previous != null && map.name().equals(NAME)
                ? List.of(new Request(cluster, NamespacedName.clusterScoped(map.namespace())))
                : List.of();
    }

    @Override
    public Result reconcile(Request request) {
        String pem = certificates.caPem(request.cluster());
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject namespace = client.find(Resources.NAMESPACES, request.name()).orElse(null);
        if (pem.isEmpty() || namespace == null || namespace.deleting()) {
            return Result.done();
        }
        NamespacedName name = new NamespacedName(namespace.name(), NAME);
        KubeObject stored = client.find(Resources.CONFIG_MAPS, name).orElse(null);
        KubeObject wanted =
                stored == null ? KubeObject.create(Kinds.CONFIG_MAP, name.namespace(), name.name()) : stored.copy();
        wanted.annotate("kubernetes.io/description", DESCRIPTION);
        wanted.json().putObject("data").put("ca.crt", pem);
        if (stored == null) {
            try {
                client.create(Resources.CONFIG_MAPS, wanted);
            } catch (ApiException e) {
                if (!e.isAlreadyExists() && !Clients.isNamespaceTerminating(e)) {
                    throw e;
                }
            }
        } else if (!wanted.equals(stored)) {
            client.update(Resources.CONFIG_MAPS, wanted);
        }
        return Result.done();
    }
}
