package io.kantoku.kubelet.kubeadm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.kubelet.Taint;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes kubeadm configuration as the documents that kubeadm of a given Kubernetes minor reads. */
public final class KubeadmWriter {
    private static final String CRI_SOCKET = "unix:///run/containerd/containerd.sock";

    private static final String ETCD_DATA = "/var/lib/etcd";

    private final String version;

    private KubeadmWriter(String version) {
        this.version = version;
    }

    /** A writer for the configuration version of a Kubernetes minor: 18 for 1.18. */
    public static KubeadmWriter forMinor(int minor) {
        return new KubeadmWriter(minor < 22 ? "v1beta2" : minor < 31 ? "v1beta3" : "v1beta4");
    }

    /** A writer of the newest version, for what only this product reads. */
    public static KubeadmWriter latest() {
        return new KubeadmWriter("v1beta4");
    }

    /** The {@code apiVersion} of its documents. */
    public String apiVersion() {
        return "kubeadm.k8s.io/" + version;
    }

    /** The documents of the file, in order. */
    public List<ObjectNode> write(KubeadmConfig config) {
        return switch (config) {
            case KubeadmConfig.Init init -> List.of(initConfiguration(init), clusterConfiguration(init.cluster()));
            case KubeadmConfig.Join join -> List.of(joinConfiguration(join));
        };
    }

    /** The document alone that {@code kube-system/kubeadm-config} holds. */
    public ObjectNode clusterConfiguration(ClusterConfiguration cluster) {
        ObjectNode json = document("ClusterConfiguration");
        json.put("clusterName", cluster.clusterName())
                .put("kubernetesVersion", cluster.kubernetesVersion())
                .put("controlPlaneEndpoint", cluster.controlPlaneEndpoint());
        ObjectNode networking = json.putObject("networking");
        networking.put("serviceSubnet", cluster.serviceSubnet()).put("dnsDomain", cluster.dnsDomain());
        if (!cluster.podSubnet().isEmpty()) {
            networking.put("podSubnet", cluster.podSubnet());
        }
        ArrayNode names = json.putObject("apiServer").putArray("certSANs");
        cluster.certificateNames().forEach(names::add);
        json.putObject("etcd").putObject("local").put("dataDir", ETCD_DATA);
        return json;
    }

    private ObjectNode initConfiguration(KubeadmConfig.Init init) {
        ObjectNode json = document("InitConfiguration");
        endpoint(json, init.endpoint());
        node(json, init.node());
        return json;
    }

    private ObjectNode joinConfiguration(KubeadmConfig.Join join) {
        ObjectNode json = document("JoinConfiguration");
        ObjectNode token = json.putObject("discovery").putObject("bootstrapToken");
        token.put("token", join.discovery().token())
                .put("apiServerEndpoint", join.discovery().apiServerEndpoint());
        ArrayNode hashes = token.putArray("caCertHashes");
        join.discovery().caCertHashes().forEach(hashes::add);
        node(json, join.node());
        if (join.controlPlane() != null) {
            endpoint(json.putObject("controlPlane"), join.controlPlane());
        }
        return json;
    }

    private static void endpoint(ObjectNode json, ApiEndpoint endpoint) {
        json.putObject("localAPIEndpoint")
                .put("advertiseAddress", endpoint.advertiseAddress())
                .put("bindPort", endpoint.bindPort());
    }

    private void node(ObjectNode json, NodeRegistration node) {
        ObjectNode registration = json.putObject("nodeRegistration");
        registration.put("name", node.name()).put("criSocket", CRI_SOCKET);
        ArrayNode taints = registration.putArray("taints");
        for (Taint taint : node.taints()) {
            ObjectNode item = taints.addObject().put("key", taint.key()).put("effect", taint.effect());
            if (!taint.value().isEmpty()) {
                item.put("value", taint.value());
            }
        }
        arguments(registration, new TreeMap<>(node.kubeletArguments()));
    }

    private void arguments(ObjectNode registration, Map<String, String> arguments) {
        if (version.equals("v1beta4")) {
            ArrayNode list = registration.putArray("kubeletExtraArgs");
            arguments.forEach(
                    (name, value) -> list.addObject().put("name", name).put("value", value));
        } else {
            ObjectNode map = registration.putObject("kubeletExtraArgs");
            arguments.forEach(map::put);
        }
    }

    private ObjectNode document(String kind) {
        return Json.object().put("apiVersion", "kubeadm.k8s.io/" + version).put("kind", kind);
    }
}
