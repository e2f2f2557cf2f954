package io.kantoku.tkg.capi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Resources;
import io.kantoku.tkg.cluster.TanzuCluster;
import io.kantoku.tkg.objects.Kinds;
import java.util.List;
import java.util.Optional;

/**
 * What {@code kubeadm init} has put into a cluster beside its own configuration, and what {@code kubeadm upgrade} would renew there: the
 * kubelets' configuration, which until 1.23 is a ConfigMap for each minor with a Role of its own, and the kube-proxy. Where one of them
 * is not there, as in clusters whose nodes are this product's, nothing happens.
 */
final class UploadedComponents {
    private static final String SYSTEM = "kube-system";
    private static final String KUBELET = "kubelet-config";
    private static final int LAST_VERSIONED = 23;
    private static final NamespacedName PROXY = new NamespacedName(SYSTEM, "kube-proxy");
    private static final String RBAC = "rbac.authorization.k8s.io";

    private UploadedComponents() {}

    /** Gives kubelets of a release the configuration of the release before, and those who join the right to read it. */
    static void kubelet(KubeClient guest, String version) {
        int minor = TanzuCluster.minor(version);
        NamespacedName wanted = kubeletOf(minor);
        if (guest.find(Resources.CONFIG_MAPS, wanted).isPresent()) {
            return;
        }
        Optional<KubeObject> before = guest.find(Resources.CONFIG_MAPS, kubeletOf(minor - 1));
        if (before.isEmpty()) {
            return; // whoever joins will say what is missing
        }
        KubeObject config = Kinds.CONFIG_MAP.create(SYSTEM, wanted.name());
        config.json().set("data", before.get().at("data").deepCopy());
        create(guest, Resources.ROLES, role(wanted.name()));
        create(guest, Resources.ROLE_BINDINGS, binding(wanted.name()));
        create(guest, Resources.CONFIG_MAPS, config);
    }

    private static NamespacedName kubeletOf(int minor) {
        return new NamespacedName(SYSTEM, minor <= LAST_VERSIONED ? KUBELET + "-1." + minor : KUBELET);
    }

    private static KubeObject role(String config) {
        KubeObject role = Kinds.ROLE.create(SYSTEM, "kubeadm:" + config);
        ObjectNode rule = role.json().putArray("rules").addObject();
        rule.putArray("apiGroups").add("");
        rule.putArray("resources").add("configmaps");
        rule.putArray("resourceNames").add(config);
        rule.putArray("verbs").add("get");
        return role;
    }

    private static KubeObject binding(String config) {
        KubeObject binding = Kinds.ROLE_BINDING.create(SYSTEM, "kubeadm:" + config);
        binding.json()
                .putObject("roleRef")
                .put("apiGroup", RBAC)
                .put("kind", "Role")
                .put("name", "kubeadm:" + config);
        var subjects = binding.json().putArray("subjects");
        for (String group : List.of("system:nodes", "system:bootstrappers:kubeadm:default-node-token")) {
            subjects.addObject().put("apiGroup", RBAC).put("kind", "Group").put("name", group);
        }
        return binding;
    }

    private static void create(KubeClient guest, GroupVersionResource resource, KubeObject object) {
        try {
            guest.create(resource, object);
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
        }
    }

    /** Lets the kube-proxy be of a release, once all masters are: the same image with the release's tag. */
    static void proxy(KubeClient guest, String version) {
        Optional<KubeObject> present = guest.find(Resources.DAEMON_SETS, PROXY);
        if (present.isEmpty()) {
            return;
        }
        KubeObject changed = present.get().copy();
        for (JsonNode container : changed.at("spec", "template", "spec", "containers")) {
            String image = container.path("image").asText();
            int tag = image.lastIndexOf(':');
            boolean tagged = tag > image.lastIndexOf('/') && !image.contains("@");
            if (container.path("name").asText().equals(PROXY.name()) && tagged) {
                // Tags have no plus sign.
                ((ObjectNode) container).put("image", image.substring(0, tag + 1) + version.replace('+', '_'));
            }
        }
        if (!changed.equals(present.get())) {
            guest.update(Resources.DAEMON_SETS, changed);
        }
    }
}
