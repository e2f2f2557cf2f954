package io.kantoku.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Amounts;
import io.kantoku.client.Resources;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.client.fake.FakeKubeClient;
import io.kantoku.client.fake.Simulation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
    private final FakeKubeClient api = FakeClusters.in(new Simulation(1)).cluster(ClusterId.SUPERVISOR);
    private final KubeObject pod = KubeObject.of(Yaml.parseObject("""
            apiVersion: v1
            kind: Pod
            metadata: {name: p, namespace: default, uid: u, labels: {app: web, tier: "a\\"b"}}
            spec:
              nodeName: n1
              serviceAccountName: robot
              containers:
              - name: c
                resources: {requests: {cpu: 250m}, limits: {memory: 64Mi}}
            """));

    @TempDir
    Path volume;

    private Map<String, String> of(String container, KubeObject... services) {
        PodFields fields =
                new PodFields(pod, "10.0.0.7", "192.168.0.1", new Amounts(Map.of("cpu", 4000L, "memory", 8L << 30)));
        JsonNode json = Yaml.parse(container);
        return new Environment(fields, new References(api, "default"), Map.of("v", volume)).of(json, List.of(services));
    }

    @Test
    void valuesReferToEarlierOnes() {
        Map<String, String> variables = of("""
                name: c
                env:
                - {name: A, value: x}
                - {name: B, value: "$(A)-$(NONE)-$$(A)"}
                """);
        assertThat(variables).containsEntry("B", "x-$(NONE)-$(A)");
    }

    @Test
    void fieldsAndResources() {
        Map<String, String> variables = of("""
                name: c
                env:
                - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                - {name: APP, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}}
                - {name: ACCOUNT, valueFrom: {fieldRef: {fieldPath: spec.serviceAccountName}}}
                - {name: CPU, valueFrom: {resourceFieldRef: {resource: requests.cpu, divisor: 1m}}}
                - {name: CPUS, valueFrom: {resourceFieldRef: {resource: requests.cpu}}}
                - {name: LIMIT, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
                - {name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
                """);
        assertThat(variables)
                .containsEntry("IP", "10.0.0.7")
                .containsEntry("APP", "web")
                .containsEntry("ACCOUNT", "robot")
                .containsEntry("CPU", "250")
                .containsEntry("CPUS", "1")
                .containsEntry("LIMIT", "4")
                .containsEntry("MEMORY", "64");
    }

    @Test
    void mapsAndSecretsWithWhatIsMissingNamed() {
        api.create(Resources.CONFIG_MAPS, KubeObject.of(Yaml.parseObject("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: m, namespace: default}
                data: {k: v}
                """)));
        api.create(Resources.SECRETS, KubeObject.of(Yaml.parseObject("""
                apiVersion: v1
                kind: Secret
                metadata: {name: s, namespace: default}
                data: {k: c2VjcmV0}
                """)));
        assertThat(of("{name: c, envFrom: [{prefix: M_, configMapRef: {name: m}}, {secretRef: {name: s}}]}"))
                .containsEntry("M_k", "v")
                .containsEntry("k", "secret");
        assertThat(
                        of(
                                "{name: c, env: [{name: A, valueFrom: {configMapKeyRef: {name: none, key: k, optional: true}}}]}"))
                .isEmpty();
        assertThatThrownBy(() -> of("{name: c, env: [{name: A, valueFrom: {configMapKeyRef: {name: none, key: k}}}]}"))
                .hasMessage("configmap \"none\" not found");
        assertThatThrownBy(() -> of("{name: c, env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: x}}}]}"))
                .hasMessage("couldn't find key x in Secret default/s");
    }

    @Test
    void variablesOfAFileThatAnotherContainerWrote() throws Exception {
        Files.writeString(volume.resolve("config.env"), """
                # written by the one before
                A='one = "1"'

                B='two
                lines'
                C=plain
                """);
        assertThat(of("{name: c, env: [" + file("A", false) + ", " + file("B", false) + ", " + file("C", false) + ", "
                        + file("NONE", true) + "]}"))
                .isEqualTo(Map.of("A", "one = \"1\"", "B", "two\nlines", "C", "plain"));
        assertThatThrownBy(() -> of("{name: c, env: [" + file("NONE", false) + "]}"))
                .hasMessage("environment variable key \"NONE\" not found in file \"config.env\"");
    }

    private static String file(String key, boolean optional) {
        return "{name: " + key + ", valueFrom: {fileKeyRef: {volumeName: v, path: config.env, key: " + key
                + ", optional: " + optional + "}}}";
    }

    @Test
    void aSubPathNeedsAValueForEachName() throws Exception {
        JsonNode container = Yaml.parse("{name: c, volumeMounts: [{name: v, mountPath: /v, subPathExpr: $(A)/$(B)}]}");
        assertThatThrownBy(
                        () -> ContainerMounts.of(pod, container, Map.of("v", volume), Map.of("A", "a"), volume, volume))
                .hasMessage("missing value for \"B\"");
        assertThat(ContainerMounts.of(pod, container, Map.of("v", volume), Map.of("A", "a", "B", "b"), volume, volume)
                        .getFirst()
                        .hostPath())
                .isEqualTo(volume.resolve("a/b").toString());
    }

    @Test
    void servicesAsLinksUnderThePodsOwnVariables() {
        KubeObject service = KubeObject.of(Yaml.parseObject("""
                apiVersion: v1
                kind: Service
                metadata: {name: my-db, namespace: default}
                spec: {clusterIP: 10.96.0.9, ports: [{name: sql, port: 5432, protocol: TCP}]}
                """));
        assertThat(of("{name: c, env: [{name: MY_DB_SERVICE_PORT, value: mine}]}", service))
                .containsEntry("MY_DB_SERVICE_HOST", "10.96.0.9")
                .containsEntry("MY_DB_SERVICE_PORT", "mine")
                .containsEntry("MY_DB_SERVICE_PORT_SQL", "5432")
                .containsEntry("MY_DB_PORT", "tcp://10.96.0.9:5432")
                .containsEntry("MY_DB_PORT_5432_TCP_ADDR", "10.96.0.9");
    }

    @Test
    void restartsWaitTenSecondsThenTwiceThatUpToFiveMinutes() {
        RestartBackoff backoff = new RestartBackoff();
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(backoff.current("c", now, now)).isEmpty();
        for (long seconds : new long[] {10, 20, 40, 80, 160, 300, 300}) {
            backoff.next("c", now);
            assertThat(backoff.current("c", now, now)).contains(Duration.ofSeconds(seconds));
            assertThat(backoff.current("c", now, now.plusSeconds(seconds))).isEmpty();
        }
        assertThat(backoff.current("c", now.plusSeconds(601), now.plusSeconds(601)))
                .isEmpty();
    }
}
