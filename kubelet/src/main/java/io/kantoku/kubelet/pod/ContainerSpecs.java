package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.kubelet.cri.Container;
import io.kantoku.kubelet.cri.ContainerSpec;
import io.kantoku.kubelet.cri.ContainerSpec.Mount;
import io.kantoku.kubelet.cri.Image;
import io.kantoku.kubelet.cri.SandboxSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Writes what a container of a pod is to be. Pure; directories are made by others. */
final class ContainerSpecs {
    private static final int GUARANTEED_SCORE = -997;
    private static final int LOWEST_SHARES = 2;
    private static final List<String> MASKED = List.of(
            "/proc/asound",
            "/proc/acpi",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /** What a container has anyhow; more is not given. */
    private static final List<String> DEFAULT_CAPABILITIES = List.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "NET_RAW",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");

    private ContainerSpecs() {}

    /**
     * A container.
     *
     * @param observed what the pod has by now: its sandbox, and the containers that others may look into
     * @param mounts of its volumes and files
     * @throws ConfigurationException when it asks for what is not allowed
     */
    static ContainerSpec of(
            KubeObject pod,
            PodContainer container,
            int attempt,
            ObservedPod observed,
            Image image,
            Map<String, String> environment,
            List<Mount> mounts,
            long nodeMemory) {
        JsonNode json = container.json();
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(Labels.POD_NAME, pod.name());
        labels.put(Labels.POD_NAMESPACE, pod.namespace());
        labels.put(Labels.POD_UID, pod.uid());
        labels.put(Labels.CONTAINER, container.name());
        labels.put(Labels.SANDBOX, observed.sandbox().orElseThrow().id());
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put("io.kubernetes.container.restartCount", Integer.toString(attempt));
        annotations.put(Labels.IMAGE, container.image());
        annotations.put(Labels.GRACE, Long.toString(grace(pod)));
        return new ContainerSpec(
                container.name(),
                attempt,
                image.id(),
                expanded(json.path("command"), environment),
                expanded(json.path("args"), environment),
                json.path("workingDir").asText(),
                environment,
                mounts,
                labels,
                annotations,
                container.name() + "/" + attempt + ".log",
                json.path("stdin").asBoolean(),
                json.path("stdinOnce").asBoolean(),
                json.path("tty").asBoolean(),
                resources(pod, json, nodeMemory),
                security(pod, container, observed, image));
    }

    /** How long the pod may take to end, in seconds; what is negative counts as one. */
    static long grace(KubeObject pod) {
        long seconds = pod.at("spec", "terminationGracePeriodSeconds").asLong(30);
        return seconds < 0 ? 1 : seconds;
    }

    private static List<String> expanded(JsonNode list, Map<String, String> environment) {
        List<String> expanded = new ArrayList<>();
        list.forEach(item -> expanded.add(Expansion.expand(item.asText(), environment)));
        return expanded;
    }

    /** The limits of a container's control group. */
    static ContainerSpec.Resources resources(KubeObject pod, JsonNode container, long nodeMemory) {
        JsonNode limits = container.path("resources").path("limits");
        JsonNode requests = container.path("resources").path("requests");
        long cpuLimit = milli(limits.path("cpu"));
        long cpuRequest = requests.has("cpu") ? milli(requests.path("cpu")) : cpuLimit;
        long memoryLimit =
                limits.has("memory") ? quantity(limits.path("memory")).toLong() : 0;
        long memoryRequest =
                requests.has("memory") ? quantity(requests.path("memory")).toLong() : memoryLimit;
        return new ContainerSpec.Resources(
                shares(cpuRequest),
                quota(cpuLimit),
                memoryLimit,
                oomScore(QosClass.of(pod), memoryRequest, nodeMemory));
    }

    /** The weight of thousandths of a processor. */
    static long shares(long milli) {
        return Math.max(LOWEST_SHARES, milli * 1024 / 1000);
    }

    /** Microseconds of each tenth of a second; 0 for no limit. */
    static long quota(long milli) {
        return milli == 0 ? 0 : Math.max(1000, milli * 100);
    }

    /** The more of the node a burstable container asked for, the later the kernel kills it. */
    private static int oomScore(QosClass qos, long memoryRequest, long nodeMemory) {
        return switch (qos) {
            case GUARANTEED -> GUARANTEED_SCORE;
            case BEST_EFFORT -> 1000;
            case BURSTABLE ->
                Math.clamp(1000 - 1000 * memoryRequest / Math.max(1, nodeMemory), 1000 + GUARANTEED_SCORE, 999);
        };
    }

    private static long milli(JsonNode node) {
        return node.isMissingNode() ? 0 : quantity(node).toMilli();
    }

    private static Quantity quantity(JsonNode node) {
        return Quantity.parse(node.asText());
    }

    private static ContainerSpec.Security security(
            KubeObject pod, PodContainer container, ObservedPod observed, Image image) {
        JsonNode own = container.json().path("securityContext");
        JsonNode ofPod = pod.at("spec", "securityContext");
        if (own.path("privileged").asBoolean()) {
            throw ConfigurationException.config(
                    "privileged containers are not allowed: a node shares its kernel with the computer that carries it");
        }
        JsonNode profile = own.has("seccompProfile") ? own.path("seccompProfile") : ofPod.path("seccompProfile");
        String seccomp = profile.path("type").asText("RuntimeDefault");
        if (!seccomp.equals("RuntimeDefault")) {
            throw ConfigurationException.config("seccompProfile " + seccomp
                    + " is not allowed: containers run with the runtime's default profile (RuntimeDefault)");
        }
        List<String> added = capabilities(own.path("capabilities").path("add"));
        for (String capability : added) {
            if (!DEFAULT_CAPABILITIES.contains(capability)) {
                throw ConfigurationException.config("capability " + capability
                        + " is not allowed: containers get no privileges beyond the runtime's defaults");
            }
        }
        OptionalLong user = number(own, ofPod, "runAsUser");
        checkNotRoot(pod, container, own, ofPod, user, image);
        List<Long> groups = new ArrayList<>();
        ofPod.path("supplementalGroups").forEach(group -> groups.add(group.asLong()));
        if (ofPod.has("fsGroup")) {
            groups.add(ofPod.path("fsGroup").asLong());
        }
        return new ContainerSpec.Security(
                namespaces(pod, container, observed),
                user,
                number(own, ofPod, "runAsGroup"),
                groups,
                own.path("readOnlyRootFilesystem").asBoolean(),
                !own.path("allowPrivilegeEscalation").asBoolean(true),
                added,
                capabilities(own.path("capabilities").path("drop")),
                true,
                MASKED,
                READ_ONLY);
    }

    /** An ephemeral container may see the processes of the container that it names. */
    private static SandboxSpec.Namespaces namespaces(KubeObject pod, PodContainer container, ObservedPod observed) {
        SandboxSpec.Namespaces ofPod = SandboxSpecs.namespaces(pod);
        String target = container.json().path("targetContainerName").asText();
        if (container.role() != PodContainer.Role.EPHEMERAL || target.isEmpty() || ofPod.sharedProcesses()) {
            return ofPod;
        }
        String id = observed.newest(target)
                .filter(Container::running)
                .map(Container::id)
                .orElseThrow(() -> new ConfigurationException(
                        "CreateContainerError", "the target container \"" + target + "\" does not run"));
        return new SandboxSpec.Namespaces(ofPod.hostNetwork(), false, false, false, id);
    }

    private static void checkNotRoot(
            KubeObject pod, PodContainer container, JsonNode own, JsonNode ofPod, OptionalLong user, Image image) {
        boolean notRoot = own.has("runAsNonRoot")
                ? own.path("runAsNonRoot").asBoolean()
                : ofPod.path("runAsNonRoot").asBoolean();
        if (!notRoot) {
            return;
        }
        String where = " (pod: \"" + pod.name() + "_" + pod.namespace() + "(" + pod.uid() + ")\", container: "
                + container.name() + ")";
        if (user.isPresent()) {
            if (user.getAsLong() == 0) {
                throw ConfigurationException.config("container's runAsUser breaks non-root policy" + where);
            }
            return;
        }
        if (!image.userName().isEmpty()) {
            throw ConfigurationException.config("container has runAsNonRoot and image has non-numeric user ("
                    + image.userName() + "), cannot verify user is non-root" + where);
        }
        if (image.user() == 0) {
            throw ConfigurationException.config("container has runAsNonRoot and image will run as root" + where);
        }
    }

    private static OptionalLong number(JsonNode own, JsonNode ofPod, String field) {
        JsonNode value = own.has(field) ? own.path(field) : ofPod.path(field);
        return value.isNumber() ? OptionalLong.of(value.asLong()) : OptionalLong.empty();
    }

    private static List<String> capabilities(JsonNode list) {
        List<String> capabilities = new ArrayList<>();
        list.forEach(item -> capabilities.add(item.asText().replaceFirst("^CAP_", "")));
        return capabilities;
    }
}
