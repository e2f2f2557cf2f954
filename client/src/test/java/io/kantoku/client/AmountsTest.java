package io.kantoku.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AmountsTest {
    private final KubeObject pod = KubeObject.of(Yaml.parseObject("""
            apiVersion: v1
            kind: Pod
            metadata: {name: p, namespace: default}
            spec:
              containers:
              - {name: a, resources: {requests: {cpu: "3", memory: 1Gi}}}
              - {name: b, resources: {requests: {cpu: 100m}}}
            status:
              containerStatuses:
              - {name: a, allocatedResources: {cpu: "1", memory: 2Gi}}
            """));

    @Test
    void whileAResizeWaitsTheGreaterCounts() {
        assertThat(Amounts.requestedBy(pod).by()).isEqualTo(Map.of("cpu", 3100L, "memory", 1L << 30));
        assertThat(Amounts.promisedTo(pod).by()).isEqualTo(Map.of("cpu", 1100L, "memory", 2L << 30));
        assertThat(Amounts.heldBy(pod).by()).isEqualTo(Map.of("cpu", 3100L, "memory", 2L << 30));
    }

    @Test
    void ofAResizeThatCannotBeOnlyWhatWasPromisedCounts() {
        Conditions.set(pod, Condition.isTrue("PodResizePending", "Infeasible", "too much"), Instant.EPOCH);
        assertThat(Amounts.heldBy(pod)).isEqualTo(Amounts.promisedTo(pod));
    }
}
