package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What new objects of built-in kinds have without anybody having set it, and whose it is. */
class NewObjectsTest {
    private static final String NAMESPACE = "/namespaces/default/";
    private static final String POD_TEMPLATE =
            "{metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}";
    private static final String WORKLOAD =
            "metadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}, template: " + POD_TEMPLATE + "}";

    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void statusIsThereFromTheBeginningInTheFormOfItsKind() {
        assertStatus("/apis/apps/v1" + NAMESPACE + "deployments", WORKLOAD, "{}");
        assertStatus("/apis/apps/v1" + NAMESPACE + "replicasets", WORKLOAD, "{replicas: 0}");
        assertStatus("/apis/apps/v1" + NAMESPACE + "statefulsets", WORKLOAD, "{availableReplicas: 0, replicas: 0}");
        assertStatus(
                "/apis/apps/v1" + NAMESPACE + "daemonsets",
                WORKLOAD,
                "{currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0}");
        assertStatus(
                "/api/v1" + NAMESPACE + "services",
                "metadata: {name: a}\nspec: {ports: [{port: 80}]}",
                "{loadBalancer: {}}");
        assertStatus("/api/v1/namespaces", "metadata: {name: a}\nstatus: {phase: Terminating}", "{phase: Active}");
        assertStatus(
                "/apis/policy/v1" + NAMESPACE + "poddisruptionbudgets",
                "metadata: {name: a}\nspec: {minAvailable: 1}",
                "{currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0}");
        assertStatus(
                "/apis/networking.k8s.io/v1" + NAMESPACE + "ingresses",
                "metadata: {name: a}\nspec: {defaultBackend: {service: {name: b, port: {number: 80}}}}",
                "{loadBalancer: {}}");
    }

    @Test
    void aJsonPatchCanAddToAStatusThatNobodyHasWritten() {
        api.ok("POST", "/apis/apps/v1" + NAMESPACE + "deployments", WORKLOAD);

        ObjectNode patched = api.ok(api.patch(
                "/apis/apps/v1" + NAMESPACE + "deployments/a/status",
                "application/json-patch+json",
                "[{\"op\": \"add\", \"path\": \"/status/observedGeneration\", \"value\": 1}]"));

        assertThat(patched.path("status").path("observedGeneration").asInt()).isOne();
    }

    @Test
    void structsAreThereAtEveryDepth() {
        ObjectNode job = api.ok("POST", "/apis/batch/v1" + NAMESPACE + "cronjobs", """
                        metadata: {name: a}
                        spec:
                          schedule: "@daily"
                          jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}
                        """);

        JsonNode template = job.path("spec").path("jobTemplate");
        assertThat(template.path("metadata").isObject()).isTrue();
        assertThat(template.path("spec").path("template").path("metadata").isObject())
                .isTrue();
        assertThat(template.at("/spec/template/spec/containers/0/resources").isObject())
                .isTrue();
    }

    @Test
    void theCreatorOwnsNeitherStatusNorWhatIsThereAnyway() {
        api.ok("POST", "/api/v1" + NAMESPACE + "serviceaccounts", "metadata: {name: default}");

        ObjectNode created = api.ok("POST", "/api/v1" + NAMESPACE + "pods?fieldManager=me", """
                        metadata: {name: a}
                        spec: {containers: [{name: c, image: i}]}
                        """);

        JsonNode fields = created.path("metadata").path("managedFields").path(0).path("fieldsV1");
        assertThat(fields.has("f:status")).isFalse();
        assertThat(fields.path("f:spec").has(".")).isFalse();
        assertThat(fields.at("/f:spec/f:containers").has("k:{\"name\":\"c\"}")).isTrue();
    }

    @Test
    void onlyKindsWithASpecOfTheirOwnCountGenerations() {
        assertThat(generation("/api/v1" + NAMESPACE + "services", "metadata: {name: a}\nspec: {ports: [{port: 80}]}"))
                .isZero();
        assertThat(generation(
                        "/apis/apps/v1" + NAMESPACE + "controllerrevisions",
                        "metadata: {name: a}\nrevision: 1\ndata: {}"))
                .isZero();
        assertThat(generation("/apis/storage.k8s.io/v1/csidrivers", "metadata: {name: a}\nspec: {}"))
                .isOne();
        assertThat(generation("/apis/scheduling.k8s.io/v1/priorityclasses", "metadata: {name: a}\nvalue: 1"))
                .isOne();
        assertThat(generation("/apis/apps/v1" + NAMESPACE + "deployments", WORKLOAD))
                .isOne();
    }

    @Test
    void generationCountsChangesOfTheSpecAlone() {
        String path = "/apis/apps/v1" + NAMESPACE + "deployments/a";
        api.ok("POST", "/apis/apps/v1" + NAMESPACE + "deployments", WORKLOAD);
        api.ok(api.patch(path, "application/merge-patch+json", "{\"metadata\": {\"labels\": {\"x\": \"y\"}}}"));
        api.ok(api.patch(path + "/status", "application/merge-patch+json", "{\"status\": {\"replicas\": 3}}"));
        assertThat(api.get(path).at("/metadata/generation").asInt()).isOne();

        api.ok(api.patch(path, "application/merge-patch+json", "{\"spec\": {\"replicas\": 3}}"));

        assertThat(api.get(path).at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(api.get(path).at("/status/replicas").asInt()).isEqualTo(3);
    }

    @Test
    void flowControlHasUpstreamsDefaults() {
        ObjectNode level = api.ok("POST", "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations", """
                        metadata: {name: a}
                        spec: {type: Limited, limited: {limitResponse: {type: Queue, queuing: {}}}}
                        """);

        assertThat(level.path("spec").path("limited")).isEqualTo(TestApi.yaml("""
                        nominalConcurrencyShares: 30
                        lendablePercent: 0
                        limitResponse: {type: Queue, queuing: {queues: 64, handSize: 8, queueLengthLimit: 50}}
                        """));
    }

    private void assertStatus(String collection, String body, String status) {
        assertThat(api.ok("POST", collection, body).path("status"))
                .as(collection)
                .isEqualTo(TestApi.yaml("s: " + status).path("s"));
    }

    private int generation(String collection, String body) {
        return api.ok("POST", collection, body)
                .path("metadata")
                .path("generation")
                .asInt();
    }
}
