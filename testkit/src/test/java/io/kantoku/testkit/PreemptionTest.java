package io.kantoku.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a client sees of a pod that takes the place of another. */
@KubernetesApiServer(nodes = 1)
class PreemptionTest {
    private KubernetesClient client;

    private void apply(String yaml) {
        client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .inNamespace("default")
                .serverSideApply();
    }

    private static String pod(String name, String more) {
        return "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + "}\nspec: {" + more
                + "containers: [{name: c, image: i, resources: {requests: {cpu: '3'}}}]}\n";
    }

    private Pod await(String name) {
        return client.pods()
                .inNamespace("default")
                .withName(name)
                .waitUntilCondition(
                        pod -> pod != null && "Running".equals(pod.getStatus().getPhase()), 20, TimeUnit.SECONDS);
    }

    @Test
    void aPodOfHigherPriorityTakesThePlaceOfAnother() {
        apply("apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1000\n");
        apply(pod("low", ""));
        await("low");
        apply(pod("high", "priorityClassName: high, "));
        Pod high = await("high");
        client.pods()
                .inNamespace("default")
                .withName("low")
                .waitUntilCondition(pod -> pod == null, 20, TimeUnit.SECONDS);
        assertThat(client.v1().events().inNamespace("default").list().getItems())
                .filteredOn(event -> event.getReason().equals("Preempted"))
                .extracting(Event::getMessage)
                .containsExactly("Preempted by pod " + high.getMetadata().getUid() + " on node "
                        + high.getSpec().getNodeName());
    }
}
