package io.kantoku.cli.instance;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.supervisor.login.GuestDirectory;
import io.kantoku.tkg.objects.GuestClusterId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Finds guest clusters by the TanzuKubernetesCluster objects of the Supervisor. */
final class SupervisorGuests implements GuestDirectory {
    private static final GroupVersionResource TKCS =
            GroupVersion.parse("run.tanzu.vmware.com/v1alpha1").resource("tanzukubernetesclusters");

    private final Clusters clusters;

    SupervisorGuests(Clusters clusters) {
        this.clusters = clusters;
    }

    @Override
    public List<Guest> find(String namespace, String name) {
        KubeClient client = clusters.cluster(ClusterId.SUPERVISOR);
        return client.list(TKCS, new Query(namespace, "", "metadata.name=" + name)).items().stream()
                .flatMap(tkc -> GuestClusterId.of(tkc).map(id -> guest(client, tkc, id)).stream())
                .toList();
    }

    private static Guest guest(KubeClient client, KubeObject tkc, ClusterId id) {
        String server = tkc.at("status", "clusterApiStatus", "apiEndpoints")
                .path(0)
                .path("host")
                .asText("");
        String authority = client.find(Resources.SECRETS, new NamespacedName(tkc.namespace(), tkc.name() + "-ca"))
                .map(secret -> new String(
                        Base64.getDecoder()
                                .decode(secret.at("data").path("tls.crt").asText()),
                        StandardCharsets.UTF_8))
                .orElse("");
        return new Guest(tkc.namespace(), tkc.name(), id, server, authority);
    }
}
