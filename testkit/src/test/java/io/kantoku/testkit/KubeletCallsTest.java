package io.kantoku.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What leads from the API server to nodes: a suite's own kubelet is called, a simulated one is not there. */
@KubernetesApiServer(nodes = 1)
class KubeletCallsTest {
    private static final String NAMESPACE = "default";

    private KubernetesClient client;

    private String log(String pod) {
        return client.raw("/api/v1/namespaces/default/pods/" + pod + "/log");
    }

    @BeforeEach
    void connect(Config config) {
        config.setRequestRetryBackoffLimit(0);
        client = new KubernetesClientBuilder().withConfig(config).build();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void logsComeFromTheKubeletThatASuitePlays() throws IOException {
        CertificateAuthority authority =
                CertificateAuthority.create("kubelet", Duration.ofDays(1), InstantSource.system());
        try (HttpServer server = HttpServer.start();
                Listener kubelet = server.listen(new ListenSpec(
                        "kubelet",
                        NetworkStack.host(),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Optional.of(authority.issue(LeafSpec.server("kubelet", List.of("127.0.0.1")))),
                        List.of(),
                        exchange -> exchange.respond(
                                200, "text/plain", exchange.rawPath().getBytes(StandardCharsets.UTF_8))))) {
            client.resource(new NodeBuilder()
                            .withNewMetadata()
                            .withName("own")
                            .endMetadata()
                            .withNewStatus()
                            .addNewAddress("127.0.0.1", "InternalIP")
                            .withNewDaemonEndpoints()
                            .withNewKubeletEndpoint(kubelet.address().getPort())
                            .endDaemonEndpoints()
                            .endStatus()
                            .build())
                    .create();
            pod("played", "own");

            assertThat(log("played")).isEqualTo("/containerLogs/default/played/c");
        }
    }

    @Test
    void aSimulatedNodeSaysThatItRunsNothing() {
        pod("simulated", "node-1");

        assertThatThrownBy(() -> log("simulated"))
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        refused -> assertThat(refused.getCode()).isEqualTo(501))
                .hasMessageContaining("pods are simulated");
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        assertThat(log("nobody")).as("what fabric8 makes of 404").isNull();
    }

    private Pod pod(String name, String node) {
        return client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(node)
                        .addNewContainer()
                        .withName("c")
                        .withImage("x")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }
}
