package io.kantoku.tkg.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.Taint;
import io.kantoku.kubelet.kubeadm.ApiEndpoint;
import io.kantoku.kubelet.kubeadm.Discovery;
import io.kantoku.kubelet.kubeadm.KubeadmConfig;
import io.kantoku.kubelet.kubeadm.KubeadmWriter;
import io.kantoku.kubelet.kubeadm.NodeRegistration;
import io.kantoku.tkg.cluster.TanzuCluster.MachinePool;
import io.kantoku.tkg.objects.ClusterNames;
import io.kantoku.tkg.objects.Kind;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import java.util.List;
import java.util.Map;

/**
 * Builds the Cluster API objects of a guest cluster. Pure.
 *
 * @param owner the TanzuKubernetesCluster
 * @param id of the guest's API
 * @param image the node image of the version
 */
public record TkcObjects(KubeObject owner, TanzuCluster wanted, ClusterId id, String image) {
    /** The port of every guest's API server. */
    public static final int API_PORT = 6443;

    private static final String MASTER = "node-role.kubernetes.io/master";
    private static final String CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

    /** The last minor whose nodes carry only the role {@code master}. */
    private static final int LAST_MASTER_ONLY = 19;

    /** The last minor whose nodes carry the role {@code master} at all. */
    private static final int LAST_MASTER = 23;

    private String namespace() {
        return wanted.name().namespace();
    }

    private String name() {
        return wanted.name().name();
    }

    private KubeObject create(Kind kind, String name) {
        return kind.create(namespace(), name).label(Labels.CLUSTER, name()).ownedBy(owner);
    }

    /** The Service in front of the API servers: the first object of a cluster, since all else needs its address. */
    public KubeObject controlPlaneService(String network) {
        KubeObject service = create(Kinds.VM_SERVICE, ClusterNames.controlPlaneService(name()));
        if (!network.isEmpty()) {
            service.annotate("netoperator.vmware.com/network-name", network);
        }
        service.metadata().putArray("finalizers").add(Labels.VM_SERVICE_FINALIZER);
        ObjectNode spec = service.spec();
        spec.put("type", "LoadBalancer");
        spec.putArray("ports")
                .addObject()
                .put("name", "apiserver")
                .put("protocol", "TCP")
                .put("port", API_PORT)
                .put("targetPort", API_PORT);
        spec.putObject("selector").put(Labels.VM_CLUSTER, name()).put(Labels.VM_ROLE, Labels.ROLE_CONTROL_PLANE);
        return service;
    }

    public KubeObject cluster() {
        KubeObject cluster = create(Kinds.CLUSTER, name()).annotate(Labels.CLUSTER_ID, id.value());
        ObjectNode network = cluster.spec().putObject("clusterNetwork");
        network.putObject("pods").putArray("cidrBlocks").add(wanted.network().pods());
        network.putObject("services")
                .putArray("cidrBlocks")
                .add(wanted.network().services());
        network.put("serviceDomain", wanted.network().domain()).put("apiServerPort", API_PORT);
        cluster.spec()
                .set("controlPlaneRef", Kinds.CONTROL_PLANE.reference(namespace(), ClusterNames.controlPlane(name())));
        cluster.spec().set("infrastructureRef", Kinds.WCP_CLUSTER.reference(namespace(), name()));
        return cluster;
    }

    public KubeObject wcpCluster() {
        KubeObject cluster = create(Kinds.WCP_CLUSTER, name());
        cluster.spec();
        return cluster;
    }

    /** The pool and folder of the cluster's machines, and which of them are kept apart. */
    public KubeObject resourcePolicy() {
        KubeObject policy = create(Kinds.RESOURCE_POLICY, name());
        policy.metadata().putArray("finalizers").add(Labels.RESOURCE_POLICY_FINALIZER);
        policy.spec().putObject("resourcepool").put("name", name());
        policy.spec().putObject("folder").put("name", name());
        ArrayNode modules = policy.spec().putArray("clustermodules");
        modules.addObject().put("groupname", "control-plane-group");
        modules.addObject().put("groupname", name() + "-workers-0");
        return policy;
    }

    private ObjectNode machineSpec(MachinePool pool) {
        return Json.object()
                .put("className", pool.vmClass())
                .put("imageName", image)
                .put("storageClass", pool.storageClass());
    }

    private KubeObject machineTemplate(String templateName, MachinePool pool) {
        KubeObject template = create(Kinds.WCP_MACHINE_TEMPLATE, templateName);
        template.spec().putObject("template").set("spec", machineSpec(pool));
        return template;
    }

    public KubeObject controlPlaneTemplate() {
        return machineTemplate(controlPlaneTemplateName(), wanted.controlPlane());
    }

    private String controlPlaneTemplateName() {
        return ClusterNames.controlPlaneTemplate(name(), wanted.uid() + machineSpec(wanted.controlPlane()));
    }

    public KubeObject workersTemplate() {
        return machineTemplate(workersTemplateName(), wanted.workers());
    }

    private String workersTemplateName() {
        return ClusterNames.workersTemplate(name(), wanted.uid() + machineSpec(wanted.workers()));
    }

    public KubeObject controlPlane() {
        KubeObject plane = create(Kinds.CONTROL_PLANE, ClusterNames.controlPlane(name()));
        ObjectNode spec = plane.spec();
        spec.put("replicas", wanted.controlPlane().count()).put("version", wanted.version());
        spec.set(
                "infrastructureTemplate",
                Kinds.WCP_MACHINE_TEMPLATE.reference(namespace(), controlPlaneTemplateName()));
        ObjectNode kubeadm = spec.putObject("kubeadmConfigSpec");
        ObjectNode configuration = kubeadm.putObject("clusterConfiguration");
        configuration
                .put("apiVersion", joining(true).path("apiVersion").asText())
                .put("kind", "ClusterConfiguration");
        configuration.putObject("etcd").putObject("local").put("dataDir", "/var/lib/etcd");
        kubeadm.set("initConfiguration", initialising());
        kubeadm.set("joinConfiguration", joining(true));
        return plane;
    }

    public KubeObject workersConfigTemplate() {
        KubeObject template = create(Kinds.KUBEADM_CONFIG_TEMPLATE, workersTemplateName());
        template.spec().putObject("template").putObject("spec").set("joinConfiguration", joining(false));
        return template;
    }

    public KubeObject workers() {
        String deploymentName = ClusterNames.workers(name(), wanted.uid());
        KubeObject deployment = create(Kinds.MACHINE_DEPLOYMENT, deploymentName);
        ObjectNode spec = deployment.spec();
        spec.put("clusterName", name()).put("replicas", wanted.workers().count());
        spec.putObject("selector")
                .putObject("matchLabels")
                .put(Labels.CLUSTER, name())
                .put(Labels.DEPLOYMENT, deploymentName);
        ObjectNode template = spec.putObject("template");
        template.putObject("metadata")
                .putObject("labels")
                .put(Labels.CLUSTER, name())
                .put(Labels.DEPLOYMENT, deploymentName);
        ObjectNode machine = template.putObject("spec");
        machine.put("clusterName", name()).put("version", wanted.version());
        machine.putObject("bootstrap")
                .set("configRef", Kinds.KUBEADM_CONFIG_TEMPLATE.reference(namespace(), workersTemplateName()));
        machine.set("infrastructureRef", Kinds.WCP_MACHINE_TEMPLATE.reference(namespace(), workersTemplateName()));
        return deployment;
    }

    private NodeRegistration registration(boolean master) {
        if (!master) {
            return new NodeRegistration(
                    "{{ ds.meta_data.hostname }}",
                    List.of(),
                    Map.of("provider-id", "vsphere://{{ ds.meta_data.instance_id }}"));
        }
        int minor = wanted.minor();
        String labels = minor <= LAST_MASTER_ONLY
                ? MASTER + "="
                : minor <= LAST_MASTER ? CONTROL_PLANE + "=," + MASTER + "=" : CONTROL_PLANE + "=";
        String taint = minor <= LAST_MASTER ? MASTER : CONTROL_PLANE;
        return new NodeRegistration(
                "{{ ds.meta_data.hostname }}",
                List.of(new Taint(taint, "", "NoSchedule")),
                Map.of("node-labels", labels, "provider-id", "vsphere://{{ ds.meta_data.instance_id }}"));
    }

    /** The joining configuration but for the discovery, which each machine gets for itself. */
    private ObjectNode joining(boolean master) {
        // 0.0.0.0 lets kubeadm take the machine's own address, which nobody knows yet.
        ApiEndpoint endpoint = master ? new ApiEndpoint("0.0.0.0", API_PORT) : null;
        ObjectNode json = KubeadmWriter.forMinor(wanted.minor())
                .write(new KubeadmConfig.Join(new Discovery("", "", List.of()), endpoint, registration(master)))
                .getFirst();
        json.remove("discovery");
        return json;
    }

    private ObjectNode initialising() {
        ObjectNode json = joining(true);
        json.put("kind", "InitConfiguration");
        json.set("localAPIEndpoint", json.path("controlPlane").path("localAPIEndpoint"));
        json.remove("controlPlane");
        return json;
    }
}
