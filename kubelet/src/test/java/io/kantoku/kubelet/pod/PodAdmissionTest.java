package io.kantoku.kubelet.pod;

import static io.kantoku.kubelet.pod.PodPlanTest.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Amounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodAdmissionTest {
    private final List<String> freed = new ArrayList<>();
    private final NodeAccounts accounts =
            new NodeAccounts(new Amounts(Map.of("cpu", 2000L, "memory", 1L << 30, "pods", 2L)), () -> freed.add("x"));
    private final PodAdmission admission = new PodAdmission(accounts);

    @Test
    void podsAreTakenUntilTheNodeIsFull() {
        assertThat(admission.admit(pod("a", "1500m"))).isEmpty();
        assertThat(admission.admit(pod("b", "501m")))
                .contains(new PodAdmission.Refusal(
                        "OutOfcpu",
                        "Node didn't have enough resource: cpu, requested: 501, used: 1500, capacity: 2000"));
        assertThat(admission.admit(pod("c", "500m"))).isEmpty();
        assertThat(admission.admit(pod("d", "0")).orElseThrow().reason()).isEqualTo("OutOfpods");
        accounts.release("a");
        assertThat(admission.admit(pod("b", "501m"))).isEmpty();
    }

    @Test
    void aPodThatWasTakenBeforeStays() {
        KubeObject old = pod("old", "5");
        old.status().put("startTime", "2026-01-02T03:04:05Z");
        assertThat(admission.admit(old)).isEmpty();
        assertThat(admission.admit(pod("a", "1m"))).isPresent();
    }

    @Test
    void sysctlsThatReachBeyondThePodAreForbidden() {
        KubeObject pod = PodPlanTest.pod("Always", "securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}");
        PodAdmission.Refusal refusal = admission.admit(pod).orElseThrow();
        KubeObject written = refusal.write(pod, NOW);
        assertThat(written.text("status", "phase")).isEqualTo("Failed");
        assertThat(written.text("status", "reason")).isEqualTo("SysctlForbidden");
        assertThat(written.text("status", "message"))
                .isEqualTo("Pod was rejected: forbidden sysctl: \"kernel.msgmax\" not allowlisted");
        KubeObject safe =
                PodPlanTest.pod("Always", "securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: '1 2 3'}]}");
        assertThat(admission.admit(safe)).isEmpty();
        safe.spec().put("hostNetwork", true);
        assertThat(admission.admit(safe).orElseThrow().message()).endsWith("not allowed with host net enabled");
    }

    @Test
    void whoeverPutOffAResizeHearsOfWhatIsFreed() {
        admission.admit(pod("a", "1"));
        admission.admit(pod("b", "1"));
        assertThat(accounts.resize("a", Amounts.requestedBy(pod("a", "1500m"))))
                .contains(new Allocation.Pending(
                        "Deferred",
                        "Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000"));
        assertThat(accounts.resize("a", Amounts.requestedBy(pod("a", "3")))
                        .orElseThrow()
                        .reason())
                .isEqualTo("Infeasible");
        accounts.release("b");
        assertThat(freed).hasSize(1);
        assertThat(accounts.resize("a", Amounts.requestedBy(pod("a", "1500m")))).isEmpty();
    }

    private static KubeObject pod(String uid, String cpu) {
        KubeObject pod = PodPlanTest.pod("Always", "");
        pod.metadata().put("uid", uid);
        ((ObjectNode) pod.at("spec", "containers").get(0))
                .putObject("resources")
                .putObject("requests")
                .put("cpu", cpu);
        return pod;
    }
}
