package io.kantoku.kubelet.fleet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Timestamps;
import io.kantoku.kubelet.Taint;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Builds the Node and Lease objects of a node. Pure. */
public final class NodeObject {
    /** Says that the attach-detach controller may attach volumes to the node. */
    private static final String ATTACHED_BY_CONTROLLER = "volumes.kubernetes.io/controller-managed-attach-detach";

    private NodeObject() {}

    /** What a node registers with. */
    public static KubeObject create(NodeSpec spec) {
        KubeObject node = KubeObject.create(new GroupVersionKind("", "v1", "Node"), "", spec.name());
        node.label("kubernetes.io/hostname", spec.name())
                .label("kubernetes.io/os", "linux")
                .label("kubernetes.io/arch", "amd64")
                .label("beta.kubernetes.io/os", "linux")
                .label("beta.kubernetes.io/arch", "amd64");
        spec.labels().forEach(node::label);
        node.annotate(ATTACHED_BY_CONTROLLER, "true");
        if (!spec.providerId().isEmpty()) {
            node.spec().put("providerID", spec.providerId());
        }
        if (!spec.taints().isEmpty()) {
            ArrayNode taints = node.spec().putArray("taints");
            for (Taint taint : spec.taints()) {
                ObjectNode item = taints.addObject().put("key", taint.key());
                if (!taint.value().isEmpty()) {
                    item.put("value", taint.value());
                }
                item.put("effect", taint.effect());
            }
        }
        return node;
    }

    /** Writes the whole status of a simulated node; transition times stay where nothing changed. */
    static void healthy(KubeObject node, NodeSpec spec, Instant now) {
        new NodeStatus(
                        spec,
                        "simulated://1",
                        Optional.empty(),
                        List.of(),
                        "Kantoku simulated node",
                        System.getProperty("os.version", ""),
                        "")
                .write(node, now);
    }

    /** The lease by which a node says that it lives; it goes with the node, once that is known. */
    public static KubeObject lease(String name, Optional<KubeObject> node, Instant now) {
        KubeObject lease =
                KubeObject.create(new GroupVersionKind("coordination.k8s.io", "v1", "Lease"), "kube-node-lease", name);
        node.ifPresent(owner -> lease.metadata()
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "v1")
                .put("kind", "Node")
                .put("name", owner.name())
                .put("uid", owner.uid()));
        lease.spec().put("holderIdentity", name).put("leaseDurationSeconds", 40);
        renew(lease, now);
        return lease;
    }

    /** Says that the node lives now. */
    public static void renew(KubeObject lease, Instant now) {
        lease.spec().put("renewTime", Timestamps.micros(now));
    }
}
