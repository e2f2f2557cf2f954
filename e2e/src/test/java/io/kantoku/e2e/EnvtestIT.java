package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.kantoku.cli.envtest.AssetDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** fabric8's kube-api-test, which starts {@code etcd} and {@code kube-apiserver}, on the programs that we make. */
final class EnvtestIT {
    private static final String VERSION = "1.36.0";

    @TempDir
    private static Path directory;

    @BeforeAll
    static void makeThePrograms() throws Exception {
        AssetDirectory made =
                AssetDirectory.make(directory.resolve("k8s").resolve(VERSION + "-linux-" + architecture()), "");
        assertThat(made.programs()).contains("kube-apiserver", "etcd");
        assertThat(made.path().resolve("lib/kube-apiserver.aot")).isNotEmptyFile();
    }

    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    @Test
    void kubeApiTestRunsUnchanged() {
        KubeAPIServer server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withTestDir(directory.toString())
                .withApiServerVersion(VERSION)
                .withOfflineMode(true)
                .withUpdateKubeConfig(false)
                .withWaitForEtcdHealthCheckOnStartup(false)
                .build());
        server.start();
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
                .build()) {
            Namespace made = client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName("suite")
                            .endMetadata()
                            .build())
                    .create();
            assertThat(made.getStatus().getPhase()).isEqualTo("Active");
            assertThat(client.getKubernetesVersion().getMinor()).isEqualTo("36");
        } finally {
            server.stop();
        }
        assertThat(Files.exists(directory.resolve("k8s"))).isTrue();
    }
}
