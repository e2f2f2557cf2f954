package io.kantoku.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The extension from a user's side. */
@KubernetesApiServer(nodes = 2)
class KubernetesApiServerTest {
    private static KubernetesClient shared;

    private KubernetesClient client;
    private TestCluster cluster;

    @Kubeconfig
    private String kubeconfig;

    @Kubeconfig
    private Path file;

    @TempDir
    private Path notOurs;

    @Test
    void fillsInFieldsAndParameters(KubernetesClient parameter, Config config, @Kubeconfig String text)
            throws Exception {
        assertThat(parameter).isSameAs(client).isSameAs(shared).isSameAs(cluster.client());
        assertThat(text).isEqualTo(kubeconfig).isEqualTo(Files.readString(file)).contains(cluster.url());
        assertThat(config.getMasterUrl()).startsWith(cluster.url());
        assertThat(notOurs).isNotEqualTo(file);
        assertThat(client.namespaces().withName("kube-system").get()).isNotNull();
    }

    @Test
    void runsControllersAndNodes() {
        client.resource(deployment()).create();
        Deployment ready = client.apps()
                .deployments()
                .inNamespace("default")
                .withName("web")
                .waitUntilCondition(
                        found -> found != null
                                && found.getStatus() != null
                                && Integer.valueOf(2).equals(found.getStatus().getReadyReplicas()),
                        20,
                        TimeUnit.SECONDS);
        assertThat(ready.getStatus().getReplicas()).isEqualTo(2);
        List<Pod> pods = client.pods()
                .inNamespace("default")
                .withLabel("app", "web")
                .list()
                .getItems();
        assertThat(pods).extracting(pod -> pod.getSpec().getNodeName()).containsOnly("node-1", "node-2");
    }

    @Test
    void otherUsersHaveTheRightsThatRbacGivesThem() {
        Config alice = Config.fromKubeconfig(cluster.kubeconfigOf("alice", "developers"));
        try (KubernetesClient hers =
                new KubernetesClientBuilder().withConfig(alice).build()) {
            assertThatThrownBy(() -> hers.secrets().inNamespace("default").list())
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("User \"alice\" cannot list resource \"secrets\"");
        }
    }

    @Test
    void clustersSeeNothingOfEachOther() {
        try (TestCluster other = TestCluster.start(TestClusterOptions.defaults().withoutControllers())) {
            other.client().resource(configMap("only-there")).create();
            assertThat(client.configMaps()
                            .inNamespace("default")
                            .withName("only-there")
                            .get())
                    .isNull();
            assertThatThrownBy(() -> new KubernetesClientBuilder()
                            .withConfig(Config.fromKubeconfig(kubeconfig.replace(cluster.url(), other.url())))
                            .build()
                            .namespaces()
                            .list())
                    .isInstanceOf(KubernetesClientException.class);
        }
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> TestCluster.start(TestClusterOptions.defaults().withVersion("1.5")))
                .hasMessageContaining("1.18");
        assertThatThrownBy(() -> new TestClusterOptions("", false, 1)).hasMessageContaining("controllers");
    }

    @Nested
    class Inside {
        private KubernetesClient client;

        @Test
        void aNestedClassUsesTheSameCluster() {
            assertThat(client).isSameAs(shared);
        }
    }

    static Deployment deployment() {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("web")
                .endMetadata()
                .withNewSpec()
                .withReplicas(2)
                .withNewSelector()
                .withMatchLabels(Map.of("app", "web"))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(Map.of("app", "web"))
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withImage("nginx")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    static io.fabric8.kubernetes.api.model.ConfigMap configMap(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .endMetadata()
                .build();
    }
}
