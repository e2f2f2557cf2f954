package io.kantoku.tkg.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import java.util.List;

/** Labels, annotations and finalizers that the operators set and read. */
public final class Labels {
    /** On every Cluster API object of a cluster: the cluster's name. */
    public static final String CLUSTER = "cluster.x-k8s.io/cluster-name";

    /** On machines of the control plane; its value is empty. */
    public static final String CONTROL_PLANE = "cluster.x-k8s.io/control-plane";

    public static final String DEPLOYMENT = "cluster.x-k8s.io/deployment-name";
    public static final String MACHINE_SET = "cluster.x-k8s.io/set-name";
    /** The template that a WCPMachine was made from; an annotation. */
    public static final String CLONED_FROM = "cluster.x-k8s.io/cloned-from-name";

    public static final String TEMPLATE_HASH = "machine-template-hash";

    /** On VirtualMachines: the cluster's name and the role {@code controlplane} or {@code node}. */
    public static final String VM_CLUSTER = "capw.vmware.com/cluster.name";

    public static final String VM_ROLE = "capw.vmware.com/cluster.role";
    public static final String ROLE_CONTROL_PLANE = "controlplane";
    public static final String ROLE_NODE = "node";

    /** On VirtualMachineServices that a Service of a guest cluster leads to. */
    public static final String GUEST_CLUSTER = "run.tanzu.vmware.com/cluster.name";

    public static final String GUEST_SERVICE = "run.tanzu.vmware.com/service.name";
    public static final String GUEST_SERVICE_NAMESPACE = "run.tanzu.vmware.com/service.namespace";

    /** Annotation of claims that a claim of a guest cluster leads to: that claim's namespace and name. */
    public static final String GUEST_CLAIM = "run.tanzu.vmware.com/guest-claim";

    /** Annotation of such claims, once they are bound: the guest's volume, whose reclaim policy decides on their end. */
    public static final String GUEST_VOLUME = "run.tanzu.vmware.com/guest-volume";

    /** The Network of a namespace that its machines are connected to. */
    public static final String DEFAULT_NETWORK = "capw.vmware.com/is-default-network";

    public static final String DEFAULT_NETWORK_LATER = "capv.vmware.com/is-default-network";

    /** On IPPools of virtual IPs: the load balancer that they belong to. */
    public static final String LOAD_BALANCER_POOL = "netoperator.vmware.com/load-balancer";

    /** Annotation of TanzuKubernetesCluster and Cluster: the id of the guest's API in this installation. */
    public static final String CLUSTER_ID = "kantoku.io/cluster-id";

    /** Annotations of a vSphere Namespace. */
    public static final String NAMESPACE_POOL = "vmware-system-resource-pool";

    public static final String NAMESPACE_FOLDER = "vmware-system-vm-folder";

    public static final String ANTI_AFFINITY = "vsphere-cluster-module-group";

    /** Annotation of Services of any cluster: {@code v2} puts the PROXY protocol's header before each connection. */
    public static final String PROXY_PROTOCOL = "lbapi.kantoku.io/proxy-protocol";

    /** Annotation that carries a guest Service's affinity, for which a VirtualMachineService has no field. */
    public static final String SESSION_AFFINITY = "lbapi.kantoku.io/session-affinity";

    /** Annotations that say how a Service is balanced; they go from the guest's Service to the Supervisor's, and away again. */
    private static final List<String> BALANCING = List.of(
            PROXY_PROTOCOL,
            SESSION_AFFINITY,
            "virtualmachineservice.vmoperator.vmware.com/service.externalTrafficPolicy",
            "virtualmachineservice.vmoperator.vmware.com/service.healthCheckNodePort");

    public static final String CLUSTER_FINALIZER = "tanzukubernetescluster.run.tanzu.vmware.com";
    public static final String MACHINE_FINALIZER = "machine.cluster.x-k8s.io";
    public static final String WCP_MACHINE_FINALIZER = "wcpmachine.infrastructure.cluster.vmware.com";
    public static final String VM_FINALIZER = "virtualmachine.vmoperator.vmware.com";
    public static final String VM_SERVICE_FINALIZER = "virtualmachineservice.vmoperator.vmware.com";
    public static final String RESOURCE_POLICY_FINALIZER = "virtualmachinesetresourcepolicy.vmoperator.vmware.com";
    public static final String NETWORK_INTERFACE_FINALIZER = "networkinterface.netoperator.vmware.com";
    public static final String LOAD_BALANCER_FINALIZER = "service.kubernetes.io/load-balancer-cleanup";

    private Labels() {}

    /** Takes the annotations off that say how a Service is balanced. */
    public static void removeBalancing(KubeObject service) {
        if (service.metadata().path("annotations") instanceof ObjectNode annotations) {
            annotations.remove(BALANCING);
        }
    }
}
