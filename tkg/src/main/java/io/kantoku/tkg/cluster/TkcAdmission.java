package io.kantoku.tkg.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.ObjectAdmission;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.tkg.cluster.TkcValidation.Surroundings;
import io.kantoku.tkg.net.IpPools;
import io.kantoku.tkg.objects.Kind;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import io.kantoku.tkg.objects.NamespaceStorage;
import io.kantoku.vsphere.library.ReleaseVersion;
import io.kantoku.vsphere.net.Cidr;
import io.kantoku.vsphere.net.IpRange;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the defaults of a TanzuKubernetesCluster into it and refuses one that cannot be made. */
public final class TkcAdmission implements ObjectAdmission {
    private final Clusters clusters;

    public TkcAdmission(Clusters clusters) {
        this.clusters = clusters;
    }

    @Override
    public GroupResource resource() {
        return Kinds.TANZU_CLUSTER.resource().groupResource();
    }

    @Override
    public void mutate(Review review) {
        if (review.object() != null && review.cluster().equals(ClusterId.SUPERVISOR)) {
            KubeClient client = clusters.cluster(ClusterId.SUPERVISOR);
            TkcDefaults.apply(review.object(), review.old(), defaultCni(client), releases(client), review.warnings());
        }
    }

    @Override
    public void validate(Review review) {
        ObjectNode object = review.object();
        if (object == null || !review.cluster().equals(ClusterId.SUPERVISOR)) {
            return;
        }
        boolean sameSpec =
                review.old() != null && object.path("spec").equals(review.old().path("spec"));
        if (sameSpec || KubeObject.of(object).deleting()) {
            return;
        }
        List<FieldError> errors = TkcValidation.validate(object, review.old(), surroundings(review.namespace()));
        if (!errors.isEmpty()) {
            throw ApiException.invalid(
                    new GroupKind(Kinds.TANZU_CLUSTER.resource().group(), Kinds.TANZU_CLUSTER.name()),
                    KubeObject.of(object).name(),
                    errors);
        }
    }

    private static String defaultCni(KubeClient client) {
        return client.find(
                        Kinds.TKG_CONFIGURATION.resource(), NamespacedName.clusterScoped("tkg-service-configuration"))
                .map(object -> object.text("spec", "defaultCNI"))
                .filter(name -> !name.isEmpty())
                .orElse(TkcDefaults.CNI);
    }

    private static List<ReleaseVersion> releases(KubeClient client) {
        List<ReleaseVersion> versions = new ArrayList<>();
        for (KubeObject release : list(client, Kinds.TANZU_RELEASE)) {
            try {
                versions.add(ReleaseVersion.parse(release.text("spec", "version")));
            } catch (IllegalArgumentException e) {
                // a release that no cluster can be made of is none
            }
        }
        return versions;
    }

    private Surroundings surroundings(String namespace) {
        KubeClient client = clusters.cluster(ClusterId.SUPERVISOR);
        return new Surroundings(
                vmClasses(client, namespace),
                client.find(Kinds.RESOURCE_QUOTA.resource(), new NamespacedName(namespace, namespace + "-storagequota"))
                        .map(NamespaceStorage::assigned)
                        .map(List::copyOf)
                        .orElse(List.of()),
                releases(client),
                taken(client));
    }

    /** Those that were chosen for the namespace; all of them where nothing was chosen, as vSphere 7.0 U1 has it. */
    private static List<String> vmClasses(KubeClient client, String namespace) {
        List<String> all =
                list(client, Kinds.VM_CLASS).stream().map(KubeObject::name).toList();
        List<String> chosen = client.list(Kinds.VM_CLASS_BINDING.resource(), Query.in(namespace)).items().stream()
                .map(binding -> binding.text("classRef", "name"))
                .toList();
        return chosen.isEmpty() ? all : all.stream().filter(chosen::contains).toList();
    }

    private Map<String, IpRange> taken(KubeClient client) {
        Map<String, IpRange> taken = new LinkedHashMap<>();
        supervisorServices(client)
                .ifPresent(block -> taken.put("the addresses of the Supervisor's Services", block.range()));
        for (KubeObject network : list(client, Kinds.DISTRIBUTED_NETWORK)) {
            subnet(network).ifPresent(block -> taken.put("the workload network " + network.name(), block.range()));
        }
        for (KubeObject pool : list(client, Kinds.IP_POOL)) {
            String what = pool.labels().containsKey(Labels.LOAD_BALANCER_POOL)
                    ? "the virtual IPs of " + pool.name()
                    : "the addresses of " + pool.name();
            IpPools.range(pool)
                    .filter(range -> taken.values().stream().noneMatch(outer -> outer.contains(range)))
                    .ifPresent(range -> taken.put(what, range));
        }
        return taken;
    }

    /** As {@code kubeadm init} of the Supervisor has written it down. */
    private static Optional<Cidr> supervisorServices(KubeClient client) {
        String text = client.find(Resources.CONFIG_MAPS, new NamespacedName("kube-system", "kubeadm-config"))
                .map(object -> object.text("data", "ClusterConfiguration"))
                .orElse("");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String block = Yaml.parse(text).path("networking").path("serviceSubnet").asText("");
        return block.isEmpty() ? Optional.empty() : Optional.of(Cidr.parseMasked(block));
    }

    private static Optional<Cidr> subnet(KubeObject network) {
        try {
            return Optional.of(Cidr.of(
                    Ipv4Address.parse(network.text("spec", "gateway")),
                    Ipv4Address.parse(network.text("spec", "subnetMask"))));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a network without subnet takes nothing
        }
    }

    private static List<KubeObject> list(KubeClient client, Kind kind) {
        return client.list(kind.resource(), Query.all()).items();
    }
}
