package io.kantoku.kubelet.kubeadm;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.Taint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the documents of a kubeadm configuration file.
 *
 * <p>Knows v1beta2 to v1beta4. Kinds that configure other programs ({@code KubeletConfiguration}, {@code
 * KubeProxyConfiguration}) are passed over; an unknown field of the three kinds that are read is an error that names it.
 */
public final class KubeadmReader {
    private static final String GROUP = "kubeadm.k8s.io/";
    private static final Set<String> VERSIONS = Set.of("v1beta2", "v1beta3", "v1beta4");
    private static final Set<String> OTHER_PROGRAMS = Set.of("KubeletConfiguration", "KubeProxyConfiguration");

    private KubeadmReader() {}

    /**
     * Reads one file.
     *
     * @param documents the file's YAML documents
     * @throws NodeException naming what is missing, unknown or of the wrong form
     */
    public static KubeadmConfig read(List<? extends JsonNode> documents) {
        Map<String, Fields> kinds = new HashMap<>();
        for (JsonNode document : documents) {
            String kind = document.path("kind").asText();
            if (OTHER_PROGRAMS.contains(kind)) {
                continue;
            }
            String apiVersion = document.path("apiVersion").asText();
            if (!apiVersion.startsWith(GROUP) || !VERSIONS.contains(apiVersion.substring(GROUP.length()))) {
                throw Fields.bad("apiVersion \"" + apiVersion + "\" of kind \"" + kind + "\" is not one of " + GROUP
                        + "v1beta2, v1beta3, v1beta4");
            }
            Fields fields = new Fields("", document);
            fields.text("kind", "");
            fields.text("apiVersion", "");
            if (kinds.put(kind, fields) != null) {
                throw Fields.bad("kind " + kind + " is given twice");
            }
        }
        KubeadmConfig config = config(kinds);
        List<String> unknown = new ArrayList<>();
        kinds.forEach((kind, fields) -> {
            List<String> paths = new ArrayList<>();
            fields.unread(paths);
            paths.forEach(path -> unknown.add(kind + "." + path));
        });
        if (!unknown.isEmpty()) {
            throw Fields.bad("unknown fields: "
                    + String.join(", ", unknown.stream().sorted().toList()));
        }
        return config;
    }

    /** Reads a {@code ClusterConfiguration} alone, as the ConfigMap {@code kube-system/kubeadm-config} holds it. */
    public static ClusterConfiguration readCluster(JsonNode document) {
        return cluster(new Fields("", document));
    }

    private static KubeadmConfig config(Map<String, Fields> kinds) {
        Fields join = kinds.get("JoinConfiguration");
        if (join != null) {
            return new KubeadmConfig.Join(
                    discovery(join.object("discovery")), joinEndpoint(join), node(join.object("nodeRegistration")));
        }
        Fields init = kinds.get("InitConfiguration");
        Fields cluster = kinds.get("ClusterConfiguration");
        if (init == null || cluster == null) {
            throw Fields.bad("needs JoinConfiguration, or InitConfiguration and ClusterConfiguration; found "
                    + kinds.keySet().stream().sorted().toList());
        }
        init.list("bootstrapTokens");
        return new KubeadmConfig.Init(
                cluster(cluster), endpoint(init.object("localAPIEndpoint")), node(init.object("nodeRegistration")));
    }

    private static ClusterConfiguration cluster(Fields fields) {
        Fields networking = fields.object("networking");
        Fields apiServer = fields.object("apiServer");
        apiServer.arguments("extraArgs");
        fields.object("controllerManager").arguments("extraArgs");
        fields.object("scheduler").arguments("extraArgs");
        fields.text("certificatesDir", "");
        fields.text("imageRepository", "");
        etcd(fields.object("etcd"));
        return new ClusterConfiguration(
                fields.text("clusterName", "kubernetes"),
                fields.required("kubernetesVersion"),
                fields.required("controlPlaneEndpoint"),
                networking.text("podSubnet", ""),
                networking.text("serviceSubnet", "10.96.0.0/12"),
                networking.text("dnsDomain", "cluster.local"),
                apiServer.texts("certSANs"));
    }

    /** Where upstream's API server keeps its objects; this product's is told by whoever made the machine. */
    private static void etcd(Fields fields) {
        Fields local = fields.object("local");
        local.text("dataDir", "");
        local.arguments("extraArgs");
        Fields external = fields.object("external");
        external.texts("endpoints");
        external.text("caFile", "");
        external.text("certFile", "");
        external.text("keyFile", "");
    }

    private static Discovery discovery(Fields fields) {
        Fields token = fields.object("bootstrapToken");
        fields.text("tlsBootstrapToken", "");
        return new Discovery(token.required("token"), token.required("apiServerEndpoint"), token.texts("caCertHashes"));
    }

    private static @Nullable ApiEndpoint joinEndpoint(Fields join) {
        if (!join.present("controlPlane")) {
            return null;
        }
        return endpoint(join.object("controlPlane").object("localAPIEndpoint"));
    }

    private static ApiEndpoint endpoint(Fields fields) {
        return new ApiEndpoint(fields.required("advertiseAddress"), fields.number("bindPort", 6443));
    }

    private static NodeRegistration node(Fields fields) {
        List<Taint> taints = new ArrayList<>();
        for (Fields taint : fields.list("taints")) {
            taints.add(new Taint(taint.required("key"), taint.text("value", ""), taint.required("effect")));
        }
        fields.text("criSocket", "");
        return new NodeRegistration(fields.required("name"), taints, fields.arguments("kubeletExtraArgs"));
    }
}
