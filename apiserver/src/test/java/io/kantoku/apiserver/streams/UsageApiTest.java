package io.kantoku.apiserver.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Resources;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code metrics.k8s.io} over kubelets that know what is used, and without. */
class UsageApiTest {
    private static final String ROOT = "/apis/metrics.k8s.io/v1beta1";

    @TempDir
    Path directory;

    private StreamsApi api;

    @BeforeEach
    void start() throws Exception {
        api = new StreamsApi(directory, "v1.35.0+kantoku.1");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    /** The processor time that has been counted by a second of the minute. */
    private void counted(int second, long cpuMillis) {
        KubeObject web = api.admin.get(Resources.PODS, new NamespacedName("default", "web"));
        String stats = """
                "startTime": "2026-01-01T00:00:00Z",
                "cpu": {"time": "2026-01-01T00:00:%02dZ", "usageCoreNanoSeconds": %d},
                "memory": {"time": "2026-01-01T00:00:%02dZ", "workingSetBytes": 10485760}""".formatted(second, cpuMillis * 1_000_000, second);
        api.kubelet.summary = """
                {"node": {"nodeName": "n1", %s},
                 "pods": [{"podRef": {"name": "web", "namespace": "default", "uid": "%s"}, %s,
                           "containers": [{"name": "app", %s}]}]}""".formatted(stats, web.uid(), stats, stats);
    }

    @Test
    void nodesAndPodsUseWhatWasCountedBetweenTwoLooks() {
        counted(10, 1000);
        JsonNode node = api.admin.read(ROOT + "/nodes").path("items").path(0);
        assertThat(node.at("/metadata/name").asText()).isEqualTo("n1");
        assertThat(node.at("/usage/cpu").asText()).as("since the beginning").isEqualTo("100000000n");
        assertThat(node.at("/usage/memory").asText()).isEqualTo("10240Ki");
        assertThat(node.path("window").asText()).isEqualTo("10s");

        counted(30, 11_000);
        assertThat(api.admin.read(ROOT + "/nodes/n1").at("/usage/cpu").asText())
                .as("since the look before")
                .isEqualTo("500000000n");
        JsonNode pod = api.admin
                .read(ROOT + "/namespaces/default/pods?labelSelector=app%3Dweb")
                .path("items")
                .path(0);
        assertThat(pod.at("/metadata/labels/app").asText()).isEqualTo("web");
        assertThat(pod.at("/containers/0/name").asText()).isEqualTo("app");
        assertThat(pod.at("/containers/0/usage/cpu").asText()).isEqualTo("366666666n");
        assertThat(api.admin
                        .read(ROOT + "/namespaces/default/pods?labelSelector=app%3Dother")
                        .path("items"))
                .isEmpty();
    }

    @Test
    void clustersWhoseNodesKnowNothingDoNotHaveIt() {
        api.simulated = "pods are simulated";
        assertThatThrownBy(() -> api.admin.read(ROOT + "/nodes"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(404))
                .hasMessage("the server could not find the requested resource");
    }

    @Test
    void aKubeletThatIsSilentIsLeftOut() {
        api.kubelet.summary = "";
        assertThat(api.admin.read(ROOT + "/nodes").path("items")).isEmpty();
    }
}
