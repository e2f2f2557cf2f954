package io.kantoku.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import org.junit.jupiter.api.Test;

class PodLimitsTest {
    @Test
    void aPodIsLimitedWhereEachOfItsContainersIs() {
        String limited = "{name: a, resources: {requests: {cpu: 100m}, limits: {cpu: 200m, memory: 64Mi}}}";
        assertThat(of("[" + limited + "]", "")).isEqualTo(new PodLimits(100, 200, 64L << 20));
        assertThat(of("[" + limited + ", {name: b, resources: {limits: {cpu: 1}}}]", ""))
                .isEqualTo(new PodLimits(100, 1200, 0));
        assertThat(of("[" + limited + ", {name: b}]", "")).isEqualTo(new PodLimits(100, 0, 0));
    }

    @Test
    void sidecarsCountBesideTheRestAndInitContainersByTheGreatest() {
        assertThat(of(
                        "[{name: a, resources: {limits: {cpu: 1}}}]",
                        "initContainers: [{name: s, restartPolicy: Always, resources: {limits: {cpu: 500m}}},"
                                + " {name: i, resources: {limits: {cpu: 2}}}]"))
                .isEqualTo(new PodLimits(0, 2500, 0));
    }

    @Test
    void thePodsOwnGoBeforeItsContainers() {
        assertThat(of("[{name: a}]", "resources: {requests: {cpu: 1}, limits: {cpu: 2, memory: 1Gi}}"))
                .isEqualTo(new PodLimits(1000, 2000, 1L << 30));
    }

    private static PodLimits of(String containers, String more) {
        return PodLimits.of(KubeObject.of(Yaml.parseObject("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p, namespace: default, uid: u}
                spec:
                  containers: %s
                  %s
                """.formatted(containers, more))));
    }
}
