package io.kantoku.tkg.objects;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;

/** What the operators know of the Supervisor's and the guest clusters' objects. */
public final class Caches {
    private static final String DEFAULT = "default:";
    private static final String ID = "id:";
    private static final String BALANCER = "balancer:";
    private static final String MIRROR = "guest:";
    private static final String ANY = "*";
    private static final String NODE = "node:";

    /** Key of Services that a load balancer serves. */
    public static final String LOAD_BALANCERS = "load-balancers";

    private final Clusters api;
    public final ObjectCache tanzuClusters;
    public final ObjectCache releases;
    public final ObjectCache clusters;
    public final ObjectCache wcpClusters;
    public final ObjectCache controlPlanes;
    public final ObjectCache deployments;
    public final ObjectCache machineSets;
    public final ObjectCache machines;
    public final ObjectCache kubeadmConfigs;
    public final ObjectCache kubeadmTemplates;
    public final ObjectCache wcpMachines;
    public final ObjectCache wcpTemplates;
    public final ObjectCache vms;
    public final ObjectCache vmClasses;
    public final ObjectCache vmServices;
    public final ObjectCache policies;
    public final ObjectCache interfaces;
    public final ObjectCache networks;
    public final ObjectCache distributedNetworks;
    public final ObjectCache pools;
    public final ObjectCache balancers;
    public final ObjectCache haproxies;
    public final ObjectCache virtualIps;
    public final ObjectCache namespaces;
    public final ObjectCache services;
    public final ObjectCache endpoints;
    public final ObjectCache nodes;
    public final ObjectCache quotas;
    public final ObjectCache storageClasses;
    public final ObjectCache roleBindings;
    public final ObjectCache clusterRoleBindings;
    public final ObjectCache claims;
    public final ObjectCache volumes;
    public final ObjectCache attachments;

    public Caches(Clusters api) {
        this.api = api;
        tanzuClusters = supervisor(Kinds.TANZU_CLUSTER, object -> List.of(object.namespace()));
        releases = supervisor(Kinds.TANZU_RELEASE, object -> List.of(object.text("spec", "version")));
        clusters = supervisor(
                Kinds.CLUSTER,
                object -> GuestClusterId.of(object).map(id -> ID + id).stream().toList());
        wcpClusters = supervisor(Kinds.WCP_CLUSTER, _ -> List.of());
        controlPlanes = supervisor(Kinds.CONTROL_PLANE, Caches::clusterKey);
        deployments = supervisor(Kinds.MACHINE_DEPLOYMENT, Caches::clusterKey);
        machineSets = supervisor(Kinds.MACHINE_SET, Caches::clusterKey);
        machines = supervisor(Kinds.MACHINE, Caches::clusterKey);
        kubeadmConfigs = supervisor(Kinds.KUBEADM_CONFIG, Caches::clusterKey);
        kubeadmTemplates = supervisor(Kinds.KUBEADM_CONFIG_TEMPLATE, Caches::clusterKey);
        wcpMachines = supervisor(Kinds.WCP_MACHINE, Caches::clusterKey);
        wcpTemplates = supervisor(Kinds.WCP_MACHINE_TEMPLATE, Caches::clusterKey);
        vms = supervisor(Kinds.VIRTUAL_MACHINE, object -> {
            String cluster = object.labels().getOrDefault(Labels.VM_CLUSTER, "");
            String all = key(object.namespace(), ANY);
            return cluster.isEmpty() ? List.of(all) : List.of(all, key(object.namespace(), cluster));
        });
        vmClasses = supervisor(Kinds.VM_CLASS, _ -> List.of());
        vmServices = supervisor(Kinds.VM_SERVICE, object -> {
            List<String> keys = new ArrayList<>();
            String cluster = object.text("spec", "selector", Labels.VM_CLUSTER);
            keys.add(key(object.namespace(), cluster.isEmpty() ? ANY : cluster));
            String mirrored = object.labels().getOrDefault(Labels.GUEST_CLUSTER, "");
            if (!mirrored.isEmpty()) {
                keys.add(MIRROR + key(object.namespace(), mirrored));
            }
            return keys;
        });
        policies = supervisor(Kinds.RESOURCE_POLICY, _ -> List.of());
        interfaces = supervisor(Kinds.NETWORK_INTERFACE, _ -> List.of());
        networks = supervisor(
                Kinds.NETWORK, object -> isDefault(object) ? List.of(DEFAULT + object.namespace()) : List.of());
        distributedNetworks = supervisor(Kinds.DISTRIBUTED_NETWORK, _ -> List.of());
        pools = supervisor(Kinds.IP_POOL, object -> {
            String balancer = object.labels().getOrDefault(Labels.LOAD_BALANCER_POOL, "");
            return balancer.isEmpty() ? List.of() : List.of(BALANCER, BALANCER + balancer);
        });
        balancers = supervisor(Kinds.LOAD_BALANCER_CONFIG, _ -> List.of());
        haproxies = supervisor(Kinds.HAPROXY_CONFIG, _ -> List.of());
        virtualIps = supervisor(Kinds.VIRTUAL_IP, _ -> List.of());
        namespaces = supervisor(Kinds.NAMESPACE, _ -> List.of());
        services = new ObjectCache(
                api,
                Kinds.SERVICE,
                (cluster, object) -> !isGuest(cluster) || isBalanced(object),
                object -> isBalanced(object) ? List.of(LOAD_BALANCERS) : List.of());
        endpoints = supervisor(Kinds.ENDPOINTS, _ -> List.of());
        nodes = new ObjectCache(api, Kinds.NODE, (cluster, _) -> isGuest(cluster), _ -> List.of());
        quotas = new ObjectCache(
                api,
                Kinds.RESOURCE_QUOTA,
                (cluster, object) -> !isGuest(cluster) && object.name().equals(object.namespace() + "-storagequota"),
                _ -> List.of());
        storageClasses = new ObjectCache(api, Kinds.STORAGE_CLASS, (_, _) -> true, _ -> List.of(ANY));
        roleBindings = supervisor(Kinds.ROLE_BINDING, object -> List.of(object.namespace()));
        clusterRoleBindings = new ObjectCache(
                api,
                Kinds.CLUSTER_ROLE_BINDING,
                (cluster, object) -> isGuest(cluster) && object.name().startsWith("vmware-system-auth-sync-"),
                _ -> List.of(ANY));
        claims = new ObjectCache(
                api,
                Kinds.PERSISTENT_VOLUME_CLAIM,
                (_, _) -> true,
                object -> labelled(object, Labels.GUEST_CLUSTER).stream()
                        .map(NamespacedName::toString)
                        .toList());
        volumes = new ObjectCache(
                api,
                Kinds.PERSISTENT_VOLUME,
                (_, _) -> true,
                object -> List.of(object.text("spec", "csi", "volumeHandle")));
        attachments = new ObjectCache(
                api,
                Kinds.VOLUME_ATTACHMENT,
                (cluster, _) -> isGuest(cluster),
                object -> List.of(
                        NODE + object.text("spec", "nodeName"), object.text("spec", "source", "persistentVolumeName")));
    }

    private ObjectCache supervisor(Kind kind, Function<KubeObject, ? extends Collection<String>> keys) {
        BiPredicate<ClusterId, KubeObject> only = (cluster, _) -> !isGuest(cluster);
        return new ObjectCache(api, kind, only, keys);
    }

    public Clusters api() {
        return api;
    }

    public KubeClient supervisor() {
        return api.cluster(ClusterId.SUPERVISOR);
    }

    public static boolean isGuest(ClusterId cluster) {
        return !cluster.equals(ClusterId.SUPERVISOR);
    }

    /** Leads nowhere from objects of guests, whose owners may give them any name and label. */
    public static Mapper onSupervisor(Mapper mapper) {
        return (cluster, object, previous) -> isGuest(cluster) ? List.of() : mapper.map(cluster, object, previous);
    }

    public static boolean isLoadBalancer(KubeObject service) {
        return service.text("spec", "type").equals("LoadBalancer");
    }

    /** A load balancer serves the Service, or did until now. */
    public static boolean isBalanced(KubeObject service) {
        return isLoadBalancer(service) || service.finalizers().contains(Labels.LOAD_BALANCER_FINALIZER);
    }

    private static boolean isDefault(KubeObject network) {
        return network.labels().getOrDefault(Labels.DEFAULT_NETWORK, "").equals("true")
                || network.labels()
                        .getOrDefault(Labels.DEFAULT_NETWORK_LATER, "")
                        .equals("true");
    }

    /** The key of what belongs to a cluster in the caches of Cluster API objects and VirtualMachines. */
    public static String key(String namespace, String cluster) {
        return namespace + "/" + cluster;
    }

    private static List<String> clusterKey(KubeObject object) {
        return List.of(key(object.namespace(), object.labels().getOrDefault(Labels.CLUSTER, "")));
    }

    /** The cluster whose API has the id. */
    public Optional<KubeObject> clusterOf(ClusterId id) {
        return clusters.by(ID + id).stream().findFirst();
    }

    /** The id of a cluster's API. */
    public Optional<ClusterId> idOf(String namespace, String cluster) {
        return clusters.find(namespace, cluster).flatMap(GuestClusterId::of);
    }

    /** The network of the namespace's machines. */
    public Optional<KubeObject> defaultNetwork(String namespace) {
        return networks.by(DEFAULT + namespace).stream().findFirst();
    }

    /** All machines of the namespace. */
    public List<KubeObject> vmsIn(String namespace) {
        return vms.by(key(namespace, ANY));
    }

    /** Services whose selector names the cluster, and those that may select any machine of the namespace. */
    public List<KubeObject> vmServicesFor(String namespace, String cluster) {
        List<KubeObject> found = new ArrayList<>(vmServices.by(key(namespace, ANY)));
        if (!cluster.isEmpty()) {
            found.addAll(vmServices.by(key(namespace, cluster)));
        }
        return found;
    }

    /** Services of machines that Services of the guest cluster led to. */
    public List<KubeObject> mirroredServices(String namespace, String cluster) {
        return vmServices.by(MIRROR + key(namespace, cluster));
    }

    /** Pools of virtual IPs: of one load balancer, or of all with {@code ""}. */
    public List<KubeObject> balancerPools(String balancer) {
        return pools.by(BALANCER + balancer);
    }

    /** The StorageClasses of one cluster. */
    public List<KubeObject> storageClasses(ClusterId cluster) {
        return storageClasses.by(cluster, ANY);
    }

    /** The claims that claims of the guest cluster led to. */
    public List<KubeObject> claimsOf(String namespace, String cluster) {
        return claims.by(key(namespace, cluster));
    }

    /** The volumes of one cluster with that handle. */
    public List<KubeObject> volumesWith(ClusterId cluster, String handle) {
        return volumes.by(cluster, handle);
    }

    /** The attachments of one volume. */
    public List<KubeObject> attachmentsOf(ClusterId cluster, String volume) {
        return attachments.by(cluster, volume);
    }

    /** The attachments to one node. */
    public List<KubeObject> attachmentsOn(ClusterId cluster, String node) {
        return attachments.by(cluster, NODE + node);
    }

    /** The bindings in a guest that the Supervisor keeps. */
    public List<KubeObject> syncedBindings(ClusterId cluster) {
        return clusterRoleBindings.by(cluster, ANY);
    }

    /** The load balancer of this Supervisor, if one is configured. */
    public Optional<KubeObject> balancer() {
        return balancers.all().stream().min(java.util.Comparator.comparing(KubeObject::namespacedName));
    }

    /** The name that a label of the object carries, in the object's namespace. */
    public static List<NamespacedName> labelled(KubeObject object, String label) {
        String name = object.labels().getOrDefault(label, "");
        return name.isEmpty() ? List.of() : List.of(new NamespacedName(object.namespace(), name));
    }
}
