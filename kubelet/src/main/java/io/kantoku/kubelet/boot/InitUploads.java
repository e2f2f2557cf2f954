package io.kantoku.kubelet.boot;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Resources;
import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.kubeadm.ClusterConfiguration;
import io.kantoku.kubelet.kubeadm.KubeadmWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code kubeadm init} leaves in the cluster for nodes that join: {@code kubeadm-config} and {@code cluster-info}. */
final class InitUploads {
    private static final GroupVersionKind CONFIG_MAP = new GroupVersionKind("", "v1", "ConfigMap");

    private static final Pattern VERSION = Pattern.compile("v1\\.(\\d{1,3})\\..*");

    private final KubeClient client;
    private final ClusterConfiguration cluster;
    private final ControlPlaneKeys keys;

    InitUploads(KubeClient client, ClusterConfiguration cluster, ControlPlaneKeys keys) {
        this.client = client;
        this.cluster = cluster;
        this.keys = keys;
    }

    void upload() {
        KubeObject config = KubeObject.create(CONFIG_MAP, "kube-system", "kubeadm-config");
        config.json()
                .putObject("data")
                .put(
                        "ClusterConfiguration",
                        Yaml.write(KubeadmWriter.forMinor(minor(cluster.kubernetesVersion()))
                                .clusterConfiguration(cluster)));
        put(config);
        KubeObject info = KubeObject.create(CONFIG_MAP, "kube-public", "cluster-info");
        info.json().putObject("data").put("kubeconfig", kubeconfig());
        put(info);
    }

    private String kubeconfig() {
        var json = Json.object();
        json.put("apiVersion", "v1").put("kind", "Config");
        var entry = json.putArray("clusters").addObject();
        entry.put("name", "");
        entry.putObject("cluster")
                .put("server", "https://" + cluster.controlPlaneEndpoint())
                .put(
                        "certificate-authority-data",
                        Base64.getEncoder().encodeToString(keys.caCertificate().getBytes(StandardCharsets.UTF_8)));
        json.putArray("contexts");
        json.putArray("users");
        json.put("current-context", "");
        json.putObject("preferences");
        return Yaml.write(json);
    }

    private void put(KubeObject object) {
        try {
            client.create(Resources.CONFIG_MAPS, object);
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
            client.update(Resources.CONFIG_MAPS, object);
        }
    }

    /** The minor of {@code v1.18.5+x}. */
    private static int minor(String version) {
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.matches()) {
            throw new NodeException(
                    NodeException.Code.BAD_CONFIGURATION,
                    "kubernetesVersion must be like v1.18.5, found \"" + version + "\"");
        }
        return Integer.parseInt(matcher.group(1));
    }
}
