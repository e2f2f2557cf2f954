package io.kantoku.tkg.objects;

import java.util.List;

/** The kinds that the operators work with. */
public final class Kinds {
    private static final String TANZU = "run.tanzu.vmware.com/v1alpha1";
    private static final String CAPI = "cluster.x-k8s.io/v1alpha3";
    private static final String BOOTSTRAP = "bootstrap.cluster.x-k8s.io/v1alpha3";
    private static final String INFRASTRUCTURE = "infrastructure.cluster.vmware.com/v1alpha3";
    private static final String VMOP = "vmoperator.vmware.com/v1alpha1";
    private static final String NETOP = "netoperator.vmware.com/v1alpha1";

    public static final Kind TANZU_CLUSTER = Kind.of(TANZU, "TanzuKubernetesCluster");
    public static final Kind TANZU_RELEASE = Kind.of(TANZU, "TanzuKubernetesRelease");
    public static final Kind TKG_CONFIGURATION = Kind.of(TANZU, "TkgServiceConfiguration");

    public static final Kind CLUSTER = Kind.of(CAPI, "Cluster");
    public static final Kind MACHINE = Kind.of(CAPI, "Machine");
    public static final Kind MACHINE_DEPLOYMENT = Kind.of(CAPI, "MachineDeployment");
    public static final Kind MACHINE_SET = Kind.of(CAPI, "MachineSet");
    public static final Kind CONTROL_PLANE = Kind.of("controlplane.cluster.x-k8s.io/v1alpha3", "KubeadmControlPlane");
    public static final Kind KUBEADM_CONFIG = Kind.of(BOOTSTRAP, "KubeadmConfig");
    public static final Kind KUBEADM_CONFIG_TEMPLATE = Kind.of(BOOTSTRAP, "KubeadmConfigTemplate");
    public static final Kind WCP_CLUSTER = Kind.of(INFRASTRUCTURE, "WCPCluster");
    public static final Kind WCP_MACHINE = Kind.of(INFRASTRUCTURE, "WCPMachine");
    public static final Kind WCP_MACHINE_TEMPLATE = Kind.of(INFRASTRUCTURE, "WCPMachineTemplate");

    public static final Kind VIRTUAL_MACHINE = Kind.of(VMOP, "VirtualMachine");
    public static final Kind VM_CLASS = Kind.of(VMOP, "VirtualMachineClass");
    public static final Kind VM_CLASS_BINDING = Kind.of(VMOP, "VirtualMachineClassBinding");
    public static final Kind VM_IMAGE = Kind.of(VMOP, "VirtualMachineImage");
    public static final Kind VM_SERVICE = Kind.of(VMOP, "VirtualMachineService");
    public static final Kind RESOURCE_POLICY = Kind.of(VMOP, "VirtualMachineSetResourcePolicy");

    public static final Kind NETWORK = Kind.of(NETOP, "Network");
    public static final Kind DISTRIBUTED_NETWORK = Kind.of(NETOP, "VSphereDistributedNetwork");
    public static final Kind IP_POOL = Kind.of(NETOP, "IPPool");
    public static final Kind NETWORK_INTERFACE = Kind.of(NETOP, "NetworkInterface");
    public static final Kind LOAD_BALANCER_CONFIG = Kind.of(NETOP, "LoadBalancerConfig");
    public static final Kind HAPROXY_CONFIG = Kind.of(NETOP, "HAProxyLoadBalancerConfig");

    public static final Kind VIRTUAL_IP = Kind.of("lbapi.kantoku.io/v1alpha1", "VirtualIP");

    public static final Kind NAMESPACE = Kind.of("v1", "Namespace");
    public static final Kind SECRET = Kind.of("v1", "Secret");
    public static final Kind CONFIG_MAP = Kind.of("v1", "ConfigMap");
    public static final Kind SERVICE = Kind.of("v1", "Service");
    public static final Kind ENDPOINTS = Kind.of("v1", "Endpoints");
    public static final Kind NODE = Kind.of("v1", "Node");
    public static final Kind RESOURCE_QUOTA = Kind.of("v1", "ResourceQuota");
    public static final Kind STORAGE_CLASS = Kind.of("storage.k8s.io/v1", "StorageClass");
    public static final Kind DAEMON_SET = Kind.of("apps/v1", "DaemonSet");
    public static final Kind ROLE = Kind.of("rbac.authorization.k8s.io/v1", "Role");
    public static final Kind ROLE_BINDING = Kind.of("rbac.authorization.k8s.io/v1", "RoleBinding");
    public static final Kind CLUSTER_ROLE_BINDING = Kind.of("rbac.authorization.k8s.io/v1", "ClusterRoleBinding");

    public static final Kind PERSISTENT_VOLUME_CLAIM = Kind.of("v1", "PersistentVolumeClaim");
    public static final Kind PERSISTENT_VOLUME = Kind.of("v1", "PersistentVolume");
    public static final Kind VOLUME_ATTACHMENT = Kind.of("storage.k8s.io/v1", "VolumeAttachment");
    public static final Kind CSI_DRIVER = Kind.of("storage.k8s.io/v1", "CSIDriver");

    /** The files with the definitions of the custom ones. */
    static final List<String> DEFINITION_FILES = List.of(
            "run.tanzu.vmware.com",
            "cluster.x-k8s.io",
            "controlplane.cluster.x-k8s.io",
            "bootstrap.cluster.x-k8s.io",
            "infrastructure.cluster.vmware.com",
            "vmoperator.vmware.com",
            "netoperator.vmware.com",
            "lbapi.kantoku.io");

    private Kinds() {}
}
