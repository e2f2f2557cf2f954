package io.kantoku.tkg.capi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Resources;
import io.kantoku.kubelet.kubeadm.KubeadmWriter;
import io.kantoku.tkg.cluster.TanzuCluster;
import java.util.List;
import java.util.Optional;

/**
 * What {@code kubeadm init} has uploaded ({@code kube-system/kubeadm-config}) and every {@code kubeadm join} reads: which release a
 * master that joins is of. It is changed before the first master of a new release comes, as {@code kubeadm upgrade} does.
 */
final class UploadedConfiguration {
    private static final NamespacedName NAME = new NamespacedName("kube-system", "kubeadm-config");
    private static final String DOCUMENT = "ClusterConfiguration";
    private static final List<String> COMPONENTS = List.of("apiServer", "controllerManager", "scheduler");

    private UploadedConfiguration() {}

    /** Writes the version, and the document in the form that kubeadm of that version reads; what else it says stays. */
    static void bringTo(KubeClient guest, String version) {
        Optional<KubeObject> present = guest.find(Resources.CONFIG_MAPS, NAME);
        if (present.isEmpty()) {
            return; // whoever joins will say what is missing
        }
        ObjectNode document = Yaml.parseObject(present.get().text("data", DOCUMENT));
        if (!document.path("kubernetesVersion").asText().equals(version)) {
            KubeObject changed = present.get().copy();
            changed.json().withObjectProperty("data").put(DOCUMENT, Yaml.write(of(document, version)));
            guest.update(Resources.CONFIG_MAPS, changed);
        }
    }

    static ObjectNode of(ObjectNode document, String version) {
        ObjectNode changed = document.deepCopy().put("kubernetesVersion", version);
        String form = KubeadmWriter.forMinor(TanzuCluster.minor(version)).apiVersion();
        if (document.path("apiVersion").asText().equals(form)) {
            return changed;
        }
        changed.put("apiVersion", form);
        // Fields that ended after v1beta2.
        changed.remove("useHyperKubeImage");
        if (changed.path("dns") instanceof ObjectNode dns) {
            dns.remove("type");
        }
        if (form.endsWith("/v1beta4")) {
            timeouts(changed);
            for (String component : COMPONENTS) {
                listArguments(changed.path(component));
            }
            listArguments(changed.path("etcd").path("local"));
        }
        return changed;
    }

    /** Until v1beta3 a field of the API server; a field of other documents since. */
    private static void timeouts(ObjectNode document) {
        if (document.path("apiServer") instanceof ObjectNode server) {
            server.remove("timeoutForControlPlane");
        }
    }

    /** Until v1beta3 a map of names to values; a list of both since. */
    private static void listArguments(JsonNode component) {
        if (component instanceof ObjectNode object && object.path("extraArgs") instanceof ObjectNode map) {
            ArrayNode list = object.putArray("extraArgs");
            map.properties()
                    .forEach(argument -> list.addObject()
                            .put("name", argument.getKey())
                            .put("value", argument.getValue().asText()));
        }
    }
}
