package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Amounts;
import io.kantoku.client.Timestamps;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Which pods a node does not take, though they are bound to it; such a pod has failed. In upstream's words. */
public final class PodAdmission {
    /** Those that upstream calls safe: they end at the pod. */
    private static final Set<String> SAFE_SYSCTLS = Set.of(
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.ip_local_reserved_ports",
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes",
            "net.ipv4.tcp_rmem",
            "net.ipv4.tcp_wmem");

    private final NodeAccounts accounts;

    public PodAdmission(NodeAccounts accounts) {
        this.accounts = accounts;
    }

    /**
     * Why a pod is not taken.
     *
     * @param reason one word: {@code OutOfcpu}, {@code SysctlForbidden}
     */
    public record Refusal(String reason, String message) {
        /** A copy of the pod whose status says so. */
        public KubeObject write(KubeObject pod, Instant now) {
            KubeObject refused = pod.copy();
            ObjectNode status = refused.status();
            long generation = pod.at("metadata", "generation").asLong();
            if (generation > 0) {
                status.put("observedGeneration", generation);
            }
            status.put("phase", "Failed").put("reason", reason).put("message", "Pod was rejected: " + message);
            status.put("startTime", Timestamps.seconds(now));
            status.put("qosClass", QosClass.of(pod).text());
            return refused;
        }
    }

    /** Takes a pod and promises it what it requests, or says why not. A pod that was taken once stays. */
    public Optional<Refusal> admit(KubeObject pod) {
        if (pod.at("status").has("startTime")) {
            accounts.keep(pod.uid(), Amounts.promisedTo(pod));
            return Optional.empty();
        }
        Optional<Refusal> unfit = system(pod).or(() -> sysctls(pod)).or(() -> groups(pod));
        if (unfit.isPresent()) {
            return unfit;
        }
        return accounts.admit(pod.uid(), Amounts.requestedBy(pod))
                .map(shortage -> new Refusal("OutOf" + shortage.resource(), shortage.message()));
    }

    private static Optional<Refusal> system(KubeObject pod) {
        String name = pod.text("spec", "os", "name");
        return name.isEmpty() || name.equals("linux")
                ? Optional.empty()
                : Optional.of(
                        new Refusal("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS"));
    }

    private static Optional<Refusal> sysctls(KubeObject pod) {
        boolean hostNetwork = pod.at("spec", "hostNetwork").asBoolean();
        for (JsonNode sysctl : pod.at("spec", "securityContext", "sysctls")) {
            String written = sysctl.path("name").asText();
            String name = written.replace('/', '.');
            if (!SAFE_SYSCTLS.contains(name)) {
                return Optional.of(
                        new Refusal("SysctlForbidden", "forbidden sysctl: \"" + written + "\" not allowlisted"));
            }
            if (hostNetwork && name.startsWith("net.")) {
                return Optional.of(new Refusal(
                        "SysctlForbidden", "forbidden sysctl: \"" + written + "\" not allowed with host net enabled"));
            }
        }
        return Optional.empty();
    }

    /** The runtime does not say which groups an image adds, so it cannot be told to leave them out. */
    private static Optional<Refusal> groups(KubeObject pod) {
        boolean strict =
                pod.text("spec", "securityContext", "supplementalGroupsPolicy").equals("Strict");
        return strict
                ? Optional.of(new Refusal(
                        "SupplementalGroupsPolicyNotSupported",
                        "SupplementalGroupsPolicy=Strict is not supported in this node"))
                : Optional.empty();
    }
}
