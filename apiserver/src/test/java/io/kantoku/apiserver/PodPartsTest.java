package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code pods/resize} and {@code pods/ephemeralcontainers} change, and what they do not. */
class PodPartsTest {
    private static final String POD = "/api/v1/namespaces/default/pods/web";
    private static final String MERGE = "application/strategic-merge-patch+json";

    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory);
        api.ok("POST", "/api/v1/namespaces/default/serviceaccounts", "metadata: {name: default}");
        api.ok("POST", "/api/v1/namespaces/default/pods", """
                metadata: {name: web}
                spec:
                  containers:
                  - name: c
                    image: web:1
                    resources: {requests: {cpu: 100m, memory: 64Mi, ephemeral-storage: 1Gi}, limits: {cpu: 200m}}
                """);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aResizeChangesResourcesAndNothingElse() {
        JsonNode resized = api.ok(api.patch(
                POD + "/resize",
                MERGE,
                "{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"other:1\","
                        + "\"resources\":{\"requests\":{\"cpu\":\"150m\"}}}]}}"));
        JsonNode container = resized.at("/spec/containers/0");
        assertThat(container.at("/resources/requests/cpu").asText()).isEqualTo("150m");
        assertThat(container.at("/resources/requests/memory").asText()).isEqualTo("64Mi");
        assertThat(container.path("image").asText()).isEqualTo("web:1");
        assertThat(resized.at("/metadata/generation").asInt()).isEqualTo(2);
        api.refused(
                422,
                api.patch(
                        POD,
                        MERGE,
                        "{\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":{\"requests\":{\"cpu\":\"1m\"}}}]}}"));
    }

    @Test
    void bindingIsNoChangeOfWhatIsWanted() {
        api.ok("POST", POD + "/binding", "{\"target\":{\"kind\":\"Node\",\"name\":\"n1\"}}");
        JsonNode bound = api.get(POD);
        assertThat(bound.at("/spec/nodeName").asText()).isEqualTo("n1");
        assertThat(bound.at("/metadata/generation").asInt()).isOne();
        assertThat(bound.at("/status/conditions/0/observedGeneration").asInt()).isOne();
    }

    @Test
    void refusesAResizeOfAnotherClassOrOfWhatCannotBeResized() {
        assertThat(refusal("{\"limits\":{\"memory\":\"64Mi\"},\"requests\":{\"cpu\":\"200m\"}}"))
                .contains("spec: Invalid value: \"Guaranteed\": Pod QOS Class may not change as a result of resizing");
        assertThat(refusal("{\"requests\":{\"ephemeral-storage\":\"2Gi\"}}"))
                .contains(
                        "spec.containers[0].resources.requests: Forbidden: only cpu and memory resources are mutable");
        assertThat(refusal("{\"limits\":{\"cpu\":null}}"))
                .contains("spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed");
    }

    private String refusal(String resources) {
        return api.refused(
                        422,
                        api.patch(
                                POD + "/resize",
                                MERGE,
                                "{\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":" + resources + "}]}}"))
                .path("message")
                .asText();
    }

    @Test
    void ephemeralContainersComeAndStay() {
        JsonNode added = debug("{\"name\":\"d\",\"image\":\"tools:1\",\"targetContainerName\":\"c\"}", 200);
        assertThat(added.at("/spec/ephemeralContainers/0/name").asText()).isEqualTo("d");
        assertThat(debug("{\"name\":\"d\",\"image\":\"tools:2\"}", 422)
                        .path("message")
                        .asText())
                .contains("existing ephemeral containers \"d\" may not be changed");
        assertThat(debug("{\"name\":\"e\",\"image\":\"i\",\"targetContainerName\":\"none\"}", 422)
                        .path("message")
                        .asText())
                .contains("spec.ephemeralContainers[0].targetContainerName: Not found: \"none\"");
        assertThat(debug("{\"name\":\"e\",\"image\":\"i\",\"ports\":[{\"containerPort\":1}]}", 422)
                        .path("message")
                        .asText())
                .contains("ports: Forbidden: cannot be set for an Ephemeral Container");
    }

    private JsonNode debug(String container, int status) {
        var answer = api.patch(
                POD + "/ephemeralcontainers", MERGE, "{\"spec\":{\"ephemeralContainers\":[" + container + "]}}");
        return status == 200 ? api.ok(answer) : api.refused(status, answer);
    }
}
