package io.kantoku.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How an operator is tested: a definition, an informer, and what the operator makes of an object. */
@KubernetesApiServer
class SampleOperatorTest {
    private static final ResourceDefinitionContext DATABASES = new ResourceDefinitionContext.Builder()
            .withGroup("example.com")
            .withVersion("v1")
            .withKind("Database")
            .withPlural("databases")
            .withNamespaced(true)
            .build();

    private static final String DEFINITION = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: databases.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: databases, singular: database, kind: Database, shortNames: [db]}
              versions:
              - name: v1
                served: true
                storage: true
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec: {type: object, required: [user], properties: {user: {type: string}}}
            """;

    private KubernetesClient client;
    private SharedIndexInformer<GenericKubernetesResource> operator;

    @BeforeEach
    void startTheOperator() throws Exception {
        client.load(new java.io.ByteArrayInputStream(DEFINITION.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .serverSideApply();
        client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("databases.example.com")
                .waitUntilCondition(SampleOperatorTest::established, 10, TimeUnit.SECONDS);
        operator = client.genericKubernetesResources(DATABASES).inAnyNamespace().inform(new Operator(client));
    }

    @AfterEach
    void stopTheOperator() {
        operator.close();
    }

    @Test
    void everyDatabaseGetsASecretThatGoesWithIt() {
        GenericKubernetesResource database =
                client.resource("""
                apiVersion: example.com/v1
                kind: Database
                metadata: {name: orders, namespace: default}
                spec: {user: alice}
                """).create() instanceof GenericKubernetesResource made ? made : null;
        Secret secret = client.secrets()
                .inNamespace("default")
                .withName("orders-login")
                .waitUntilCondition(found -> found != null, 10, TimeUnit.SECONDS);
        assertThat(secret.getData()).containsEntry("user", "YWxpY2U=");

        client.resource(database).delete();
        client.secrets()
                .inNamespace("default")
                .withName("orders-login")
                .waitUntilCondition(found -> found == null, 10, TimeUnit.SECONDS); // the garbage collector is there
    }

    private static boolean established(
            io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition definition) {
        return definition != null
                && definition.getStatus() != null
                && definition.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }

    /** The operator under test. */
    private record Operator(KubernetesClient client) implements ResourceEventHandler<GenericKubernetesResource> {
        @Override
        public void onAdd(GenericKubernetesResource database) {
            client.resource(new SecretBuilder()
                            .withNewMetadata()
                            .withNamespace(database.getMetadata().getNamespace())
                            .withName(database.getMetadata().getName() + "-login")
                            .addNewOwnerReference()
                            .withApiVersion(database.getApiVersion())
                            .withKind(database.getKind())
                            .withName(database.getMetadata().getName())
                            .withUid(database.getMetadata().getUid())
                            .endOwnerReference()
                            .endMetadata()
                            .withStringData(Map.of("user", database.get("spec", "user")))
                            .build())
                    .serverSideApply();
        }

        @Override
        public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource database) {
            onAdd(database);
        }

        @Override
        public void onDelete(GenericKubernetesResource database, boolean finalStateUnknown) {}
    }
}
