package io.kantoku.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.kubelet.cri.Container;
import io.kantoku.kubelet.cri.ContainerSpec;
import io.kantoku.kubelet.cri.Image;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerSpecsTest {
    private static ContainerSpec of(String container, String spec) {
        KubeObject pod = KubeObject.of(Yaml.parseObject("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p, namespace: default, uid: u}
                spec:
                  containers: [%s]
                  %s
                """.formatted(container, spec)));
        return of(pod, PodContainer.main(pod).getFirst(), PodPlanTest.running());
    }

    private static ContainerSpec of(KubeObject pod, PodContainer container, ObservedPod observed) {
        Image image = new Image("sha256:1", List.of(), List.of(), 1, 0, "");
        return ContainerSpecs.of(pod, container, 2, observed, image, Map.of("A", "x"), List.of(), 1L << 30);
    }

    @Test
    void anEphemeralContainerSeesTheProcessesOfTheOneThatItNames() {
        String debugger = "ephemeralContainers: [{name: d, targetContainerName: c}]";
        KubeObject pod = PodPlanTest.pod("Always", debugger);
        PodContainer ephemeral = PodContainer.ephemeral(pod).getFirst();
        Container target = PodPlanTest.run("c", 3);
        assertThat(of(pod, ephemeral, PodPlanTest.running(target))
                        .security()
                        .namespaces()
                        .target())
                .isEqualTo(target.id());
        assertThatThrownBy(() -> of(pod, ephemeral, PodPlanTest.running()))
                .hasMessage("the target container \"c\" does not run");
        KubeObject shared = PodPlanTest.pod("Always", "shareProcessNamespace: true\n  " + debugger);
        assertThat(of(shared, PodContainer.ephemeral(shared).getFirst(), PodPlanTest.running(target))
                        .security()
                        .namespaces()
                        .target())
                .isEmpty();
    }

    @Test
    void resourcesBecomeLimitsOfTheControlGroup() {
        ContainerSpec.Resources limited = of(
                        "{name: c, resources: {requests: {cpu: 250m, memory: 256Mi}, limits: {cpu: 1500m, memory: 512Mi}}}",
                        "")
                .resources();
        assertThat(limited).isEqualTo(new ContainerSpec.Resources(256, 150_000, 512L << 20, 750));
        assertThat(of("{name: c}", "").resources()).isEqualTo(new ContainerSpec.Resources(2, 0, 0, 1000));
        assertThat(of("{name: c, resources: {limits: {cpu: 1, memory: 1Mi}}}", "")
                        .resources()
                        .oomScore())
                .isEqualTo(-997);
    }

    @Test
    void commandsAreExpanded() {
        ContainerSpec spec = of("{name: c, command: [run, $(A)], args: [$$(A)]}", "");
        assertThat(spec.command()).containsExactly("run", "x");
        assertThat(spec.arguments()).containsExactly("$(A)");
        assertThat(spec.logPath()).isEqualTo("c/2.log");
    }

    @Test
    void theContainersSecurityGoesBeforeThePods() {
        ContainerSpec.Security security = of(
                        "{name: c, securityContext: {runAsUser: 5, readOnlyRootFilesystem: true, allowPrivilegeEscalation:"
                                + " false, capabilities: {drop: [ALL], add: [CAP_NET_BIND_SERVICE]}}}",
                        "securityContext: {runAsUser: 1, runAsGroup: 2, fsGroup: 3, supplementalGroups: [4]}")
                .security();
        assertThat(security.user()).hasValue(5);
        assertThat(security.group()).hasValue(2);
        assertThat(security.groups()).containsExactly(4L, 3L);
        assertThat(security.readOnlyRoot()).isTrue();
        assertThat(security.noNewPrivileges()).isTrue();
        assertThat(security.droppedCapabilities()).containsExactly("ALL");
        assertThat(security.addedCapabilities()).containsExactly("NET_BIND_SERVICE");
        assertThat(security.seccompDefault()).isTrue();
        assertThat(security.maskedPaths()).contains("/proc/kcore");
    }

    @Test
    void refusesAddedPrivilegesWithTheReason() {
        assertThatThrownBy(() -> of("{name: c, securityContext: {privileged: true}}", ""))
                .hasMessageContaining("privileged containers are not allowed");
        assertThatThrownBy(() -> of("{name: c, securityContext: {capabilities: {add: [SYS_ADMIN]}}}", ""))
                .hasMessageContaining("capability SYS_ADMIN is not allowed");
        assertThatThrownBy(() -> of("{name: c, securityContext: {seccompProfile: {type: Unconfined}}}", ""))
                .hasMessageContaining("seccompProfile Unconfined is not allowed");
        assertThatThrownBy(() -> of("{name: c, securityContext: {runAsNonRoot: true}}", ""))
                .hasMessageContaining("container has runAsNonRoot and image will run as root");
    }
}
