package io.kantoku.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kantoku.testkit.KubernetesApiServer.Lifetime;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** A cluster per method, without controllers, of an older release. */
@KubernetesApiServer(version = "1.29", controllers = false, lifetime = Lifetime.METHOD)
class FreshClustersTest {
    private KubernetesClient client;

    @RepeatedTest(3)
    void everyMethodBeginsWithAnEmptyCluster() {
        assertThat(client.configMaps().inNamespace("default").list().getItems()).isEmpty();
        client.resource(KubernetesApiServerTest.configMap("left-behind")).create();
    }

    @Test
    void isTheReleaseThatWasAskedFor() {
        assertThat(client.getKubernetesVersion().getGitVersion()).startsWith("v1.29.");
    }

    @Test
    void nothingActsOnObjects() {
        client.resource(KubernetesApiServerTest.deployment()).create();
        assertThat(client.apps().replicaSets().inNamespace("default").list().getItems())
                .isEmpty();
    }
}
