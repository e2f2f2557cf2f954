package io.kantoku.kubelet.fleet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Timestamps;
import io.kantoku.kubelet.cri.Image;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node says of itself. Pure.
 *
 * @param runtime name and version of the container runtime, {@code ""} while it does not answer
 * @param problem why pods cannot run now; empty when they can
 * @param osImage the name of the system
 * @param bootId new with each start of the machine, {@code ""} where it has none
 */
public record NodeStatus(
        NodeSpec spec,
        String runtime,
        Optional<String> problem,
        List<Image> images,
        String osImage,
        String kernel,
        String bootId) {
    private static final int LISTED_IMAGES = 50;
    private static final int SILENT_MINOR = 33;
    private static final Pattern MINOR = Pattern.compile("^v1\\.(\\d{1,3})\\.");

    public NodeStatus {
        images = List.copyOf(images);
    }

    /** Whether pods may have what somebody has added to the node's capacity, such as {@code example.com/dongle}. */
    public static boolean offersExtended(KubeObject node) {
        return extended(node, "capacity").equals(extended(node, "allocatable"));
    }

    /** Resources that are nobody's but of who added them: the kubelet keeps them, and makes all of them allocatable. */
    private static ObjectNode extended(KubeObject node, String list) {
        ObjectNode extended = Json.object();
        node.at("status", list).properties().forEach(entry -> {
            String name = entry.getKey();
            if (name.contains("/") && !name.substring(0, name.indexOf('/')).endsWith("kubernetes.io")) {
                extended.set(name, entry.getValue());
            }
        });
        return extended;
    }

    /** Writes the whole status; transition times stay where nothing changed. */
    public void write(KubeObject node, Instant now) {
        ObjectNode status = node.status();
        NodeResources resources = NodeResources.of(spec);
        ObjectNode extended = extended(node, "capacity");
        status.set("capacity", resources.capacity().setAll(extended));
        status.set("allocatable", resources.spare().setAll(extended));
        ArrayNode addresses = status.putArray("addresses");
        addresses.addObject().put("type", "InternalIP").put("address", spec.internalIp());
        addresses.addObject().put("type", "Hostname").put("address", spec.name());
        status.putObject("daemonEndpoints").putObject("kubeletEndpoint").put("Port", 10250);
        status.putObject("nodeInfo")
                .put("architecture", "amd64")
                .put("operatingSystem", "linux")
                .put("osImage", osImage)
                .put("kernelVersion", kernel)
                .put("containerRuntimeVersion", runtime)
                .put("kubeletVersion", spec.kubeletVersion())
                .put("kubeProxyVersion", proxyVersion())
                .put("machineID", machineId())
                .put("systemUUID", machineId())
                .put("bootID", bootId);
        images(status.putArray("images"));
        for (Condition condition : conditions()) {
            Conditions.set(node, condition, now);
        }
        node.at("status", "conditions")
                .forEach(item -> ((ObjectNode) item).put("lastHeartbeatTime", Timestamps.seconds(now)));
    }

    /** Kubelets say nothing of their neighbour any more since 1.33. */
    private String proxyVersion() {
        Matcher minor = MINOR.matcher(spec.kubeletVersion());
        return minor.find() && Integer.parseInt(minor.group(1)) >= SILENT_MINOR ? "" : spec.kubeletVersion();
    }

    private String machineId() {
        String id = spec.providerId().replaceFirst("^.*://", "");
        return id.isEmpty() ? spec.name() : id;
    }

    private void images(ArrayNode list) {
        images.stream()
                .sorted(Comparator.comparingLong(Image::size).reversed())
                .limit(LISTED_IMAGES)
                .forEach(image -> {
                    ObjectNode item = list.addObject();
                    ArrayNode names = item.putArray("names");
                    List<String> all = new ArrayList<>(image.digests());
                    all.addAll(image.tags());
                    all.forEach(names::add);
                    item.put("sizeBytes", image.size());
                });
    }

    /** In upstream's order and words. */
    public List<Condition> conditions() {
        Condition ready = problem.map(why -> Condition.isFalse("Ready", "KubeletNotReady", why))
                .orElseGet(() -> Condition.isTrue("Ready", "KubeletReady", "kubelet is posting ready status"));
        return List.of(
                Condition.isFalse(
                        "MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
                Condition.isFalse("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                Condition.isFalse("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                ready);
    }
}
