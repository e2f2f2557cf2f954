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
import io.kantoku.supervisor.login.LoginTokens;
import io.kantoku.tkg.objects.GuestClusterId;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.Subject;
import io.kantoku.transport.pki.Usage;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds guest clusters by the TanzuKubernetesCluster objects of the Supervisor. */
final class SupervisorGuests implements GuestDirectory {
    private static final GroupVersionResource TKCS =
            GroupVersion.parse("run.tanzu.vmware.com/v1alpha1").resource("tanzukubernetesclusters");

    private final Clusters clusters;
    private final boolean served;
    private final InstantSource clock;

    /** @param served whether this process serves the guests' APIs, which then take the tokens of logins */
    SupervisorGuests(Clusters clusters, boolean served, InstantSource clock) {
        this.clusters = clusters;
        this.served = served;
        this.clock = clock;
    }

    @Override
    public boolean takeTokens() {
        return served;
    }

    @Override
    public Optional<TlsIdentity> certificate(Guest guest, String user, List<String> groups) {
        return served
                ? Optional.empty()
                : authority(guest.namespace(), guest.name())
                        .map(secret ->
                                CertificateAuthority.restore(text(secret, "tls.crt"), text(secret, "tls.key"), clock))
                        .map(authority -> authority.issue(new LeafSpec(
                                new Subject(user, groups), List.of(), Set.of(Usage.CLIENT), LoginTokens.LIFETIME)));
    }

    @Override
    public List<Guest> find(String namespace, String name) {
        KubeClient client = clusters.cluster(ClusterId.SUPERVISOR);
        return client.list(TKCS, new Query(namespace, "", "metadata.name=" + name)).items().stream()
                .flatMap(tkc -> GuestClusterId.of(tkc).map(id -> guest(tkc, id)).stream())
                .toList();
    }

    private Guest guest(KubeObject tkc, ClusterId id) {
        String server = tkc.at("status", "clusterApiStatus", "apiEndpoints")
                .path(0)
                .path("host")
                .asText("");
        String authority = authority(tkc.namespace(), tkc.name())
                .map(secret -> text(secret, "tls.crt"))
                .orElse("");
        return new Guest(tkc.namespace(), tkc.name(), id, server, authority);
    }

    private Optional<KubeObject> authority(String namespace, String name) {
        return clusters.cluster(ClusterId.SUPERVISOR)
                .find(Resources.SECRETS, new NamespacedName(namespace, name + "-ca"));
    }

    private static String text(KubeObject secret, String key) {
        return new String(Base64.getDecoder().decode(secret.text("data", key)), StandardCharsets.UTF_8);
    }
}
