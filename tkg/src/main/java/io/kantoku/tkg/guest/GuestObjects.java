package io.kantoku.tkg.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.tkg.cluster.TanzuCluster.GuestNetwork;
import io.kantoku.tkg.cluster.TanzuCluster.GuestStorage;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.vsphere.net.Cidr;
import java.util.ArrayList;
import java.util.List;

/** Builds what the Supervisor keeps in each guest cluster. Pure. */
final class GuestObjects {
    /** Marks what the Supervisor keeps here, so that what no longer belongs can be removed. */
    static final String MANAGED = "run.tanzu.vmware.com/managed-by";

    static final String MANAGED_VALUE = "supervisor";

    private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
    private static final String SYNCED = "vmware-system-auth-sync-";
    private static final int API_PORT = 6443;
    private static final int DNS_PORT = 53;

    /** Its place among the Services' addresses, as kubeadm has it. */
    private static final int NAME_SERVER = 10;

    private static final List<String> NAMESPACES =
            List.of("vmware-system-auth", "vmware-system-cloud-provider", "vmware-system-csi");

    private GuestObjects() {}

    static List<KubeObject> namespaces() {
        return NAMESPACES.stream().map(name -> Kinds.NAMESPACE.create("", name)).toList();
    }

    /** What says to the cluster that its volumes have to be attached to nodes. */
    static KubeObject volumeDriver() {
        KubeObject driver =
                Kinds.CSI_DRIVER.create("", "csi.vsphere.vmware.com").label(MANAGED, MANAGED_VALUE);
        driver.spec().put("attachRequired", true).put("podInfoOnMount", false);
        return driver;
    }

    /** The way from the guest to its Supervisor: a Service without addresses of its own, and the Supervisor's virtual IP. */
    static KubeObject supervisorService() {
        KubeObject service = Kinds.SERVICE.create("default", "supervisor").label(MANAGED, MANAGED_VALUE);
        service.spec().put("clusterIP", "None");
        service.spec()
                .putArray("ports")
                .addObject()
                .put("port", API_PORT)
                .put("protocol", "TCP")
                .put("targetPort", API_PORT);
        return service;
    }

    static KubeObject supervisorEndpoints(String address) {
        KubeObject endpoints = Kinds.ENDPOINTS.create("default", "supervisor").label(MANAGED, MANAGED_VALUE);
        ObjectNode subset = endpoints.json().putArray("subsets").addObject();
        subset.putArray("addresses").addObject().put("ip", address);
        subset.putArray("ports").addObject().put("port", API_PORT).put("protocol", "TCP");
        return endpoints;
    }

    /**
     * Names the CNI that the nodes are to run, as the configuration of the real one does: {@code antrea-config} or
     * {@code calico-config}.
     */
    static KubeObject networkConfiguration(GuestNetwork network) {
        KubeObject config = Kinds.CONFIG_MAP
                .create("kube-system", network.cni() + "-config")
                .label(MANAGED, MANAGED_VALUE);
        config.json()
                .putObject("data")
                .put("cni", network.cni())
                .put("podCIDR", network.pods())
                .put("serviceCIDR", network.services());
        return config;
    }

    /** The cluster's name server. Every node answers for it, so it has no endpoints. */
    static KubeObject nameServer(GuestNetwork network) {
        KubeObject service = Kinds.SERVICE
                .create("kube-system", "kube-dns")
                .label(MANAGED, MANAGED_VALUE)
                .label("k8s-app", "kube-dns")
                .label("kubernetes.io/cluster-service", "true")
                .label("kubernetes.io/name", "CoreDNS");
        service.spec()
                .put(
                        "clusterIP",
                        Cidr.parse(network.services()).address(NAME_SERVER).toString());
        ArrayNode ports = service.spec().putArray("ports");
        ports.addObject()
                .put("name", "dns")
                .put("port", DNS_PORT)
                .put("protocol", "UDP")
                .put("targetPort", DNS_PORT);
        ports.addObject()
                .put("name", "dns-tcp")
                .put("port", DNS_PORT)
                .put("protocol", "TCP")
                .put("targetPort", DNS_PORT);
        return service;
    }

    /** @param classes the Supervisor's StorageClasses that are assigned to the namespace */
    static List<KubeObject> storageClasses(GuestStorage wanted, List<KubeObject> classes) {
        List<KubeObject> chosen = classes.stream()
                .filter(object -> wanted.classes().isEmpty() || wanted.classes().contains(object.name()))
                .toList();
        List<KubeObject> mirrors = new ArrayList<>();
        for (KubeObject source : chosen) {
            KubeObject mirror = Kinds.STORAGE_CLASS.create("", source.name()).label(MANAGED, MANAGED_VALUE);
            boolean isDefault = wanted.defaultClass().isEmpty()
                    ? chosen.size() == 1
                    : wanted.defaultClass().equals(source.name());
            mirror.annotate(DEFAULT_CLASS, Boolean.toString(isDefault));
            mirror.json()
                    .put("provisioner", "csi.vsphere.vmware.com")
                    .put("reclaimPolicy", text(source, "reclaimPolicy", "Delete"))
                    .put("volumeBindingMode", text(source, "volumeBindingMode", "Immediate"))
                    .put(
                            "allowVolumeExpansion",
                            source.at("allowVolumeExpansion").asBoolean(true));
            mirror.json().putObject("parameters").put("svStorageClass", source.name());
            mirrors.add(mirror);
        }
        return mirrors;
    }

    private static String text(KubeObject object, String field, String absent) {
        String value = object.text(field);
        return value.isEmpty() ? absent : value;
    }

    /** @param bindings the RoleBindings of the namespace */
    static List<KubeObject> clusterRoleBindings(List<KubeObject> bindings) {
        List<KubeObject> synced = new ArrayList<>();
        for (KubeObject binding : bindings) {
            boolean edits = binding.labels()
                            .getOrDefault("vmware-system-managed-by", "")
                            .equals("vcenter")
                    && binding.text("roleRef", "name").equals("edit")
                    && !binding.deleting();
            if (edits) {
                KubeObject mirror = Kinds.CLUSTER_ROLE_BINDING
                        .create("", SYNCED + binding.name())
                        .label(MANAGED, MANAGED_VALUE);
                mirror.json()
                        .putObject("roleRef")
                        .put("apiGroup", "rbac.authorization.k8s.io")
                        .put("kind", "ClusterRole")
                        .put("name", "cluster-admin");
                JsonNode subjects = binding.at("subjects");
                mirror.json().set("subjects", subjects.deepCopy());
                synced.add(mirror);
            }
        }
        return synced;
    }
}
