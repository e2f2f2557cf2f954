package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.auth.NodeAuthorizer;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps a node's own identity to its own objects: its Node, its pods, its lease (upstream's NodeRestriction). */
public final class NodeRestriction implements AdmissionPlugin {
    private static final GroupResource NODES = new GroupResource("", "nodes");
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final Set<String> KUBELET_LABELS = Set.of(
            "kubernetes.io/hostname",
            "kubernetes.io/arch",
            "kubernetes.io/os",
            "beta.kubernetes.io/arch",
            "beta.kubernetes.io/os",
            "beta.kubernetes.io/instance-type",
            "node.kubernetes.io/instance-type",
            "failure-domain.beta.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/region",
            "topology.kubernetes.io/zone",
            "topology.kubernetes.io/region");

    private final ObjectReader objects;

    public NodeRestriction(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public void validate(AdmissionRequest request) {
        Optional<String> node = NodeAuthorizer.nodeName(request.user());
        if (node.isEmpty()) {
            return;
        }
        switch (request.type().name().toString()) {
            case "pods" -> pods(request, node.get());
            case "nodes" -> nodes(request, node.get());
            case "serviceaccounts" -> tokens(request, node.get());
            case "leases.coordination.k8s.io" -> leases(request, node.get());
            case "csinodes.storage.k8s.io" -> named(request, node.get(), "CSINode");
            case "persistentvolumeclaims" -> {
                if (!request.subresource().equals("status")) {
                    throw refused(request, "may only update PVC status");
                }
            }
            default -> {
                // what the authorizer lets nodes do otherwise is harmless
            }
        }
    }

    private void pods(AdmissionRequest request, String node) {
        switch (request.subresource()) {
            case "" -> {
                switch (request.operation()) {
                    case CREATE -> mirrorPod(request, node);
                    case DELETE ->
                        ownPod(request, request.old(), node, "can only delete pods with spec.nodeName set to itself");
                    case UPDATE, CONNECT ->
                        throw refused(request, "unexpected operation \"" + request.operation() + "\"");
                }
            }
            case "status" ->
                ownPod(
                        request,
                        request.old(),
                        node,
                        "can only update pod status for pods with spec.nodeName set to itself");
            case "eviction" -> {
                ObjectNode pod = objects.find(
                                request.cluster(),
                                PodDefaults.PODS,
                                new NamespacedName(request.namespace(), request.name()))
                        .map(found -> found.json())
                        .orElse(null);
                ownPod(request, pod, node, "can only evict pods with spec.nodeName set to itself");
            }
            default -> throw refused(request, "unexpected pod subresource \"" + request.subresource() + "\"");
        }
    }

    private static void ownPod(AdmissionRequest request, @Nullable ObjectNode pod, String node, String why) {
        if (pod != null && !pod.path("spec").path("nodeName").asText().equals(node)) {
            throw refused(request, "node \"" + node + "\" " + why);
        }
    }

    private static void mirrorPod(AdmissionRequest request, String node) {
        JsonNode pod = request.object() == null ? MissingNode.getInstance() : request.object();
        JsonNode spec = pod.path("spec");
        if (!pod.path("metadata").path("annotations").has(MIRROR)) {
            throw refused(
                    request,
                    "pod does not have \"" + MIRROR + "\" annotation, node \"" + node
                            + "\" can only create mirror pods");
        }
        if (!spec.path("nodeName").asText().equals(node)) {
            throw refused(request, "node \"" + node + "\" can only create pods with spec.nodeName set to itself");
        }
        for (JsonNode owner : pod.path("metadata").path("ownerReferences")) {
            if (!owner.path("kind").asText().equals("Node")
                    || !owner.path("name").asText().equals(node)) {
                throw refused(
                        request, "node \"" + node + "\" can only create pods with an owner reference set to itself");
            }
        }
        if (!spec.path("serviceAccountName").asText().isEmpty()) {
            throw refused(request, "node \"" + node + "\" can not create pods that reference a service account");
        }
        for (JsonNode volume : spec.path("volumes")) {
            for (String kind : List.of("secret", "configMap", "persistentVolumeClaim", "projected", "csi")) {
                if (volume.has(kind)) {
                    throw refused(request, "node \"" + node + "\" can not create pods that reference " + kind + "s");
                }
            }
        }
    }

    private static void nodes(AdmissionRequest request, String node) {
        if (!request.name().equals(node)) {
            throw refused(request, "node \"" + node + "\" is not allowed to modify node \"" + request.name() + "\"");
        }
        JsonNode now = request.object() == null ? MissingNode.getInstance() : request.object();
        JsonNode before = request.old() == null ? MissingNode.getInstance() : request.old();
        if (request.operation() == AdmissionRequest.Operation.DELETE) {
            return;
        }
        boolean creates = request.operation() == AdmissionRequest.Operation.CREATE;
        if (!creates
                && !now.path("spec").path("taints").equals(before.path("spec").path("taints"))) {
            throw refused(request, "node \"" + node + "\" is not allowed to modify taints");
        }
        if (!creates
                && !now.path("metadata")
                        .path("ownerReferences")
                        .equals(before.path("metadata").path("ownerReferences"))) {
            throw refused(request, "node \"" + node + "\" is not allowed to modify ownerReferences");
        }
        Set<String> forbidden = new java.util.TreeSet<>();
        for (String label : changed(
                now.path("metadata").path("labels"), before.path("metadata").path("labels"))) {
            if (reserved(label)) {
                forbidden.add(label);
            }
        }
        if (!forbidden.isEmpty()) {
            throw refused(
                    request,
                    "is not allowed to " + (creates ? "set" : "modify") + " the following labels: "
                            + String.join(", ", forbidden));
        }
    }

    private static Set<String> changed(JsonNode now, JsonNode before) {
        Set<String> changed = new HashSet<>();
        now.properties().forEach(entry -> {
            if (!entry.getValue().equals(before.get(entry.getKey()))) {
                changed.add(entry.getKey());
            }
        });
        before.fieldNames().forEachRemaining(name -> {
            if (!now.has(name)) {
                changed.add(name);
            }
        });
        return changed;
    }

    /** Labels of Kubernetes' own namespaces are for others to set, but for those that kubelets report. */
    private static boolean reserved(String label) {
        int slash = label.indexOf('/');
        if (slash < 0 || KUBELET_LABELS.contains(label)) {
            return false;
        }
        String domain = label.substring(0, slash);
        if (within(domain, "node-restriction.kubernetes.io")) {
            return true;
        }
        return (within(domain, "kubernetes.io") || within(domain, "k8s.io"))
                && !within(domain, "kubelet.kubernetes.io")
                && !within(domain, "node.kubernetes.io");
    }

    private static boolean within(String domain, String parent) {
        return domain.equals(parent) || domain.endsWith("." + parent);
    }

    private void tokens(AdmissionRequest request, String node) {
        if (!request.subresource().equals("token") || request.object() == null) {
            return;
        }
        JsonNode bound = request.object().path("spec").path("boundObjectRef");
        if (!bound.path("kind").asText().equals("Pod")) {
            throw refused(request, "node requested token not bound to a pod");
        }
        NamespacedName name =
                new NamespacedName(request.namespace(), bound.path("name").asText());
        boolean own = objects.find(request.cluster(), PodDefaults.PODS, name)
                .filter(pod -> pod.uid().equals(bound.path("uid").asText()))
                .filter(pod -> pod.text("spec", "nodeName").equals(node))
                .filter(pod -> pod.text("spec", "serviceAccountName").equals(request.name()))
                .isPresent();
        if (!own) {
            throw refused(request, "node requested token bound to a pod scheduled on a different node");
        }
    }

    private static void leases(AdmissionRequest request, String node) {
        if (!request.namespace().equals("kube-node-lease")) {
            throw refused(request, "can only access leases in the \"kube-node-lease\" system namespace");
        }
        named(request, node, "lease");
    }

    private static void named(AdmissionRequest request, String node, String what) {
        if (!request.name().equals(node)) {
            throw refused(request, "can only access " + what + " with the same name as the requesting node");
        }
    }

    private static ApiException refused(AdmissionRequest request, String why) {
        return ApiException.forbidden(
                request.type().name().equals(NODES) ? NODES : request.type().name(), request.shownName(), why);
    }
}
