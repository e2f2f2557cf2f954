package io.kantoku.kubelet.fleet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Timestamps;
import io.kantoku.kubelet.Taint;
import java.time.Instant;

/** Builds the Node and Lease objects of a node. Pure. */
public final class NodeObject {
    /** What the kubelet reports when nothing is wrong, in the order of upstream. */
    private static final Condition[] HEALTHY = {
        condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        condition("Ready", "True", "KubeletReady", "kubelet is posting ready status")
    };

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

    /** Writes the whole status of a node that is well; transition times stay where nothing changed. */
    static void healthy(KubeObject node, NodeSpec spec, Instant now) {
        ObjectNode status = node.status();
        NodeResources resources = NodeResources.of(spec);
        status.set("capacity", resources.capacity());
        status.set("allocatable", resources.spare());
        ArrayNode addresses = status.putArray("addresses");
        addresses.addObject().put("type", "InternalIP").put("address", spec.internalIp());
        addresses.addObject().put("type", "Hostname").put("address", spec.name());
        status.putObject("daemonEndpoints").putObject("kubeletEndpoint").put("Port", 10250);
        status.putObject("nodeInfo")
                .put("architecture", "amd64")
                .put("operatingSystem", "linux")
                .put("osImage", "Kantoku simulated node")
                .put("kernelVersion", System.getProperty("os.version", ""))
                .put("containerRuntimeVersion", "simulated://1")
                .put("kubeletVersion", spec.kubeletVersion())
                .put("kubeProxyVersion", spec.kubeletVersion())
                .put("machineID", spec.name())
                .put("systemUUID", spec.providerId().replaceFirst("^.*://", ""))
                .put("bootID", "");
        for (Condition condition : HEALTHY) {
            Conditions.set(node, condition, now);
        }
        node.at("status", "conditions")
                .forEach(item -> ((ObjectNode) item).put("lastHeartbeatTime", Timestamps.seconds(now)));
    }

    /** The lease by which a node says that it lives. */
    public static KubeObject lease(String node, Instant now) {
        KubeObject lease =
                KubeObject.create(new GroupVersionKind("coordination.k8s.io", "v1", "Lease"), "kube-node-lease", node);
        lease.spec().put("holderIdentity", node).put("leaseDurationSeconds", 40);
        renew(lease, now);
        return lease;
    }

    /** Says that the node lives now. */
    public static void renew(KubeObject lease, Instant now) {
        lease.spec().put("renewTime", Timestamps.micros(now));
    }

    private static Condition condition(String type, String status, String reason, String message) {
        return new Condition(type, status, reason, message, 0);
    }
}
