package io.kantoku.tkg.capi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.kubelet.boot.ControlPlaneKeys;
import io.kantoku.tkg.cluster.ClusterKeys;
import io.kantoku.transport.pki.Pem;
import io.kantoku.vsphere.cloudinit.CloudInit;
import io.kantoku.vsphere.cloudinit.Command;
import io.kantoku.vsphere.cloudinit.WriteFile;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Makes the cloud-config of a machine from its KubeadmConfig: the keys of the masters, the kubeadm configuration with what only
 * the cluster knows, and the command. Pure.
 *
 * @param machine the machine's name, which is the node's
 * @param version the Kubernetes version
 * @param cluster with its endpoint
 * @param keys of the cluster
 * @param etcd whom the members of its etcd trust, where nodes run one
 */
record BootstrapData(
        String machine, String version, KubeObject cluster, ControlPlaneKeys keys, ClusterKeys.Authority etcd) {
    private static final String CONFIG = "/run/kubeadm/kubeadm.yaml";
    private static final String JOIN_CONFIG = "/run/kubeadm/kubeadm-join-config.yaml";

    private String endpoint() {
        return cluster.text("spec", "controlPlaneEndpoint", "host") + ":"
                + cluster.text("spec", "controlPlaneEndpoint", "port");
    }

    /** The machine begins the cluster. */
    CloudInit begin(JsonNode spec) {
        ObjectNode init = copy(spec.path("initConfiguration"));
        ObjectNode configuration = copy(spec.path("clusterConfiguration"));
        fill(configuration, "clusterName", cluster.name());
        fill(configuration, "kubernetesVersion", version);
        fill(configuration, "controlPlaneEndpoint", endpoint());
        ObjectNode networking = configuration.withObjectProperty("networking");
        fill(networking, "podSubnet", block("pods"));
        fill(networking, "serviceSubnet", block("services"));
        fill(networking, "dnsDomain", cluster.text("spec", "clusterNetwork", "serviceDomain"));
        configuration
                .withObjectProperty("apiServer")
                .withArrayProperty("certSANs")
                .add(cluster.text("spec", "controlPlaneEndpoint", "host"));
        ComponentConfig components = new ComponentConfig(
                block("pods"), block("services"), networking.path("dnsDomain").asText());
        List<ObjectNode> documents = List.of(init, configuration, components.kubelet(), components.proxy());
        return cloudInit(true, CONFIG, Yaml.writeAll(documents), "kubeadm init --config " + CONFIG);
    }

    /** The machine joins the cluster with a bootstrap token. */
    CloudInit join(JsonNode spec, String token) {
        ObjectNode join = copy(spec.path("joinConfiguration"));
        ObjectNode discovery = join.putObject("discovery").putObject("bootstrapToken");
        discovery.put("token", token).put("apiServerEndpoint", endpoint());
        discovery.putArray("caCertHashes").add(authorityHash());
        return cloudInit(
                join.has("controlPlane"), JOIN_CONFIG, Yaml.write(join), "kubeadm join --config " + JOIN_CONFIG);
    }

    private CloudInit cloudInit(boolean master, String file, String content, String command) {
        List<WriteFile> files = new ArrayList<>();
        if (master) {
            files.add(pki("ca.crt", "0644", keys.caCertificate()));
            files.add(pki("ca.key", "0600", keys.caKey()));
            files.add(pki("front-proxy-ca.crt", "0644", keys.frontProxyCaCertificate()));
            files.add(pki("front-proxy-ca.key", "0600", keys.frontProxyCaKey()));
            files.add(pki("etcd/ca.crt", "0644", etcd.certificate()));
            files.add(pki("etcd/ca.key", "0600", etcd.key()));
            files.add(pki("sa.key", "0600", keys.serviceAccountKey()));
            files.add(pki("sa.pub", "0644", keys.serviceAccountPublicKey()));
        }
        files.add(WriteFile.of(file, "0600", content));
        return new CloudInit(machine, List.of(), files, List.of(Command.shell(command)));
    }

    private String block(String network) {
        return cluster.at("spec", "clusterNetwork", network, "cidrBlocks")
                .path(0)
                .asText();
    }

    private String authorityHash() {
        try {
            byte[] key = Pem.certificates(keys.caCertificate())
                    .getFirst()
                    .getPublicKey()
                    .getEncoded();
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(key));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static ObjectNode copy(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object.deepCopy();
        }
        throw new IllegalStateException("the KubeadmConfig lacks a part that its machine needs");
    }

    private static void fill(ObjectNode object, String field, String value) {
        if (object.path(field).asText("").isEmpty() && !value.isEmpty()) {
            object.put(field, value);
        }
    }

    private static WriteFile pki(String name, String permissions, String content) {
        return WriteFile.of(ControlPlaneKeys.DIRECTORY + name, permissions, content);
    }

    @Override
    public String toString() {
        return "BootstrapData[" + machine + "]";
    }
}
