package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.cri.SandboxSpec;
import io.kantoku.kubelet.runtime.RuntimeLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what the sandbox of a pod is to be. Pure. */
final class SandboxSpecs {
    private SandboxSpecs() {}

    /**
     * The sandbox of a pod.
     *
     * @param clusterDomain the cluster's DNS domain
     * @param clusterDns what the cluster's DNS needs in the pod's namespace
     * @param handler of the runtime, {@code ""} for its usual one
     * @throws ConfigurationException when the pod asks for what is not allowed
     */
    static SandboxSpec of(
            KubeObject pod,
            int attempt,
            RuntimeLayout layout,
            String clusterDomain,
            SandboxSpec.Dns clusterDns,
            String handler) {
        boolean hostNetwork = pod.at("spec", "hostNetwork").asBoolean();
        if (pod.at("spec", "hostPID").asBoolean() || pod.at("spec", "hostIPC").asBoolean()) {
            throw ConfigurationException.config(
                    "hostPID and hostIPC are not allowed: a node shares its processes with the"
                            + " computer that carries it");
        }
        Map<String, String> labels = new LinkedHashMap<>(pod.labels());
        labels.put(Labels.POD_NAME, pod.name());
        labels.put(Labels.POD_NAMESPACE, pod.namespace());
        labels.put(Labels.POD_UID, pod.uid());
        return new SandboxSpec(
                pod.name(),
                pod.uid(),
                pod.namespace(),
                attempt,
                hostNetwork ? "" : HostsFile.kernelName(pod, clusterDomain),
                logDirectory(layout, pod).toString(),
                dns(pod, hostNetwork, clusterDns),
                List.of(), // ports of the node are served by the node, not by CNI
                labels,
                pod.annotations(),
                cgroup(layout, pod),
                namespaces(pod),
                sysctls(pod),
                handler);
    }

    static Path logDirectory(RuntimeLayout layout, KubeObject pod) {
        return layout.logs().resolve(pod.namespace() + "_" + pod.name() + "_" + pod.uid());
    }

    static String cgroup(RuntimeLayout layout, KubeObject pod) {
        return layout.podsGroup() + QosClass.of(pod).group() + "/pod" + pod.uid();
    }

    static SandboxSpec.Namespaces namespaces(KubeObject pod) {
        return new SandboxSpec.Namespaces(
                pod.at("spec", "hostNetwork").asBoolean(),
                false,
                false,
                pod.at("spec", "shareProcessNamespace").asBoolean(),
                "");
    }

    private static Map<String, String> sysctls(KubeObject pod) {
        Map<String, String> sysctls = new LinkedHashMap<>();
        for (JsonNode sysctl : pod.at("spec", "securityContext", "sysctls")) {
            String name = sysctl.path("name").asText().replace('/', '.');
            sysctls.put(name, sysctl.path("value").asText());
        }
        return sysctls;
    }

    private static SandboxSpec.Dns dns(KubeObject pod, boolean hostNetwork, SandboxSpec.Dns clusterDns) {
        String policy = pod.text("spec", "dnsPolicy");
        boolean cluster = policy.equals("ClusterFirstWithHostNet")
                || ((policy.isEmpty() || policy.equals("ClusterFirst")) && !hostNetwork);
        List<String> servers = new ArrayList<>(cluster ? clusterDns.servers() : List.of());
        List<String> searches = new ArrayList<>(cluster ? clusterDns.searches() : List.of());
        Map<String, String> options = new LinkedHashMap<>();
        if (cluster) {
            clusterDns.options().forEach(option -> options.put(option.split(":", 2)[0], option));
        }
        JsonNode own = pod.at("spec", "dnsConfig");
        own.path("nameservers").forEach(server -> addOnce(servers, server.asText()));
        own.path("searches").forEach(search -> addOnce(searches, search.asText()));
        for (JsonNode option : own.path("options")) {
            String name = option.path("name").asText();
            options.put(
                    name,
                    option.has("value") ? name + ":" + option.path("value").asText() : name);
        }
        return new SandboxSpec.Dns(servers, searches, List.copyOf(options.values()));
    }

    private static void addOnce(List<String> list, String value) {
        if (!list.contains(value)) {
            list.add(value);
        }
    }
}
