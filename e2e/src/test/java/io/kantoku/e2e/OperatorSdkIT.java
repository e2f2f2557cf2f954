package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.junit.LocallyRunOperatorExtension;
import io.kantoku.testkit.TestCluster;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Java Operator SDK's own JUnit extension with a small operator, on our API server. */
final class OperatorSdkIT {
    private static final TestCluster CLUSTER = TestCluster.start();

    @RegisterExtension
    private final LocallyRunOperatorExtension operator = LocallyRunOperatorExtension.builder()
            .withKubernetesClient(CLUSTER.client())
            .withReconciler(new Greeter())
            .waitForNamespaceDeletion(true)
            .build();

    @AfterAll
    static void stop() {
        CLUSTER.close();
    }

    /** What the operator is told. */
    public static final class GreetingSpec {
        public String name = "";
    }

    /** What the operator tells. */
    public static final class GreetingStatus {
        public String text = "";
    }

    /** A custom resource. */
    @Group("example.com")
    @Version("v1")
    public static final class Greeting extends CustomResource<GreetingSpec, GreetingStatus> implements Namespaced {
        private static final long serialVersionUID = 1L;
    }

    /** Writes the greeting into a ConfigMap, and removes it with the greeting. */
    @ControllerConfiguration
    public static final class Greeter implements Reconciler<Greeting>, Cleaner<Greeting> {
        @Override
        public UpdateControl<Greeting> reconcile(Greeting greeting, Context<Greeting> context) {
            String text = "Hello " + greeting.getSpec().name;
            ConfigMap map = new ConfigMapBuilder()
                    .withMetadata(new ObjectMetaBuilder()
                            .withNamespace(greeting.getMetadata().getNamespace())
                            .withName(greeting.getMetadata().getName())
                            .build())
                    .withData(Map.of("text", text))
                    .build();
            context.getClient().resource(map).serverSideApply();
            GreetingStatus status = new GreetingStatus();
            status.text = text;
            greeting.setStatus(status);
            return UpdateControl.patchStatus(greeting);
        }

        @Override
        public DeleteControl cleanup(Greeting greeting, Context<Greeting> context) {
            context.getClient()
                    .configMaps()
                    .inNamespace(greeting.getMetadata().getNamespace())
                    .withName(greeting.getMetadata().getName())
                    .delete();
            return DeleteControl.defaultDelete();
        }
    }

    @Test
    void reconcilesUpdatesAndCleansUp() {
        Greeting greeting = new Greeting();
        greeting.setMetadata(new ObjectMetaBuilder().withName("first").build());
        greeting.setSpec(new GreetingSpec());
        greeting.getSpec().name = "Ada";
        operator.create(greeting);
        await("Hello Ada");

        Greeting stored = operator.get(Greeting.class, "first");
        assertThat(stored.getStatus().text).isEqualTo("Hello Ada");
        stored.getSpec().name = "Grace";
        operator.replace(stored);
        await("Hello Grace");

        operator.delete(stored);
        CLUSTER.client()
                .configMaps()
                .inNamespace(operator.getNamespace())
                .withName("first")
                .waitUntilCondition(found -> found == null, 20, TimeUnit.SECONDS);
    }

    private void await(String text) {
        CLUSTER.client()
                .resources(Greeting.class)
                .inNamespace(operator.getNamespace())
                .withName("first")
                .waitUntilCondition(
                        found -> found != null
                                && found.getStatus() != null
                                && found.getStatus().text.equals(text),
                        20,
                        TimeUnit.SECONDS);
        assertThat(operator.get(ConfigMap.class, "first").getData()).containsEntry("text", text);
    }
}
