package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Server-side apply, status and validation of fields over HTTP, in the words of upstream's end-to-end tests. */
class ApplyTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: c, image: nginx}]}
            """;

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
    void forceIsTakenOnlyFromAYes() {
        String map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {a: %s}}";
        api.ok(apply(MAPS + "/m", "me", map.formatted("b")));

        api.refused(409, apply(MAPS + "/m", "other&force=False", map.formatted("c")));
        api.refused(409, apply(MAPS + "/m", "other&force=0", map.formatted("c")));

        assertThat(api.ok(apply(MAPS + "/m", "other&force=True", map.formatted("c")))
                        .at("/data/a")
                        .asText())
                .isEqualTo("c");
    }

    @Test
    void fieldsThatTheKindDoesNotHaveAreRefusedWhateverTheValidation() {
        String body =
                DEPLOYMENT.replace("image: nginx", "image: nginx, imag: x").replace("replicas: 1", "replica: 1");

        for (String validation : new String[] {"Strict", "Warn", "Ignore"}) {
            JsonNode status = api.refused(500, apply(DEPLOYMENTS + "/web", "me&fieldValidation=" + validation, body));

            assertThat(status.path("message").asText())
                    .isEqualTo("failed to create typed patch object (default/web; apps/v1, Kind=Deployment): errors:\n"
                            + "  .spec.replica: field not declared in schema\n"
                            + "  .spec.template.spec.containers[name=\"c\"].imag: field not declared in schema");
        }
    }

    @Test
    void aConfigurationIsForTheObjectOfItsPath() {
        JsonNode status = api.refused(400, apply(DEPLOYMENTS + "/other", "me", DEPLOYMENT));

        assertThat(status.path("message").asText())
                .isEqualTo("the name of the object (web) does not match the name on the URL (other)");
    }

    @Test
    void anAppliedStatusNeitherTouchesTheRestNorComesIntoConflictAboutIt() {
        api.ok(apply(DEPLOYMENTS + "/web", "me", DEPLOYMENT));

        ObjectNode after = api.ok(
                apply(DEPLOYMENTS + "/web/status", "observer", DEPLOYMENT.replace("replicas: 1", "replicas: 5") + """
                status: {observedGeneration: 1}
                """));

        assertThat(after.at("/spec/replicas").asInt()).isOne();
        assertThat(after.at("/status/observedGeneration").asInt()).isOne();
        assertThat(fieldsOf(after, "observer")).isEqualTo(TestApi.yaml("f:status: {f:observedGeneration: {}}"));
        assertThat(fieldsOf(after, "me").has("f:spec")).isTrue();
    }

    @Test
    void anAppliedScaleAsksTheOwnerOfTheNumber() {
        api.ok(apply(DEPLOYMENTS + "/web", "me", DEPLOYMENT));
        String scale = "apiVersion: autoscaling/v1\nkind: Scale\nmetadata: {name: web}\nspec: {replicas: 4}";

        JsonNode status = api.refused(409, apply(DEPLOYMENTS + "/web/scale", "autoscaler", scale));
        ObjectNode forced = api.ok(apply(DEPLOYMENTS + "/web/scale", "autoscaler&force=true", scale));

        assertThat(status.path("message").asText())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"me\": .spec.replicas");
        assertThat(forced.at("/spec/replicas").asInt()).isEqualTo(4);
        assertThat(forced.at("/metadata/managedFields/0/manager").asText()).isEqualTo("autoscaler");
        assertThat(forced.at("/metadata/managedFields/0/fieldsV1")).isEqualTo(TestApi.yaml("f:spec: {f:replicas: {}}"));
    }

    @Test
    void aStatusOfMostKindsIsWrittenTogetherWithAnnotations() {
        api.ok("POST", "/api/v1/namespaces/default/services", "metadata: {name: a}\nspec: {ports: [{port: 80}]}");
        api.ok(apply(DEPLOYMENTS + "/web", "me", DEPLOYMENT));
        String patch =
                "{\"metadata\": {\"annotations\": {\"patched\": \"true\"}, \"labels\": {\"patched\": \"true\"}}}";

        ObjectNode service = api.ok(
                api.patch("/api/v1/namespaces/default/services/a/status", "application/merge-patch+json", patch));
        ObjectNode deployment = api.ok(api.patch(DEPLOYMENTS + "/web/status", "application/merge-patch+json", patch));

        assertThat(service.at("/metadata/annotations/patched").asText()).isEqualTo("true");
        assertThat(service.at("/metadata/labels/patched").asText()).isEqualTo("true");
        assertThat(deployment.at("/metadata/annotations/patched").asText()).isEqualTo("true");
        assertThat(deployment.at("/metadata").has("labels")).isFalse();
    }

    @Test
    void unknownAndDoubledFieldsAreNamedInTheOrderOfTheBody() {
        String body = """
                {"metadata": {"name": "a", "unknownMeta": "x"}, "data": {"b": "1", "b": "2"}, "more": 1, "more": 2}
                """;

        JsonNode strict = api.refused(400, api.call("POST", MAPS + "?fieldValidation=Strict", body));
        FakeExchange warned = api.call("POST", MAPS, body);

        assertThat(strict.path("message").asText())
                .endsWith("strict decoding error: unknown field \"metadata.unknownMeta\","
                        + " duplicate field \"data.b\", unknown field \"more\"");
        assertThat(api.ok(warned).at("/data/b").asText()).isEqualTo("2");
        assertThat(warned.answered("Warning"))
                .containsExactly(
                        "299 - \"unknown field \\\"metadata.unknownMeta\\\"\"",
                        "299 - \"duplicate field \\\"data.b\\\"\"",
                        "299 - \"unknown field \\\"more\\\"\"");
    }

    @Test
    void kubectlIsNotInConflictWithWhatItAppliedOnItsOwnSide() {
        String configuration =
                "{\\\"apiVersion\\\":\\\"v1\\\",\\\"kind\\\":\\\"ConfigMap\\\",\\\"data\\\":{\\\"a\\\":\\\"1\\\"}}";
        api.ok("POST", MAPS + "?fieldManager=kubectl-client-side-apply", """
                {"metadata": {"name": "a", "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "%s"}},
                 "data": {"a": "1", "b": "1"}}
                """.formatted(configuration));
        String map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

        api.refused(409, apply(MAPS + "/a", "other", map + "data: {a: '2'}"));
        api.refused(409, apply(MAPS + "/a", "kubectl", map + "data: {a: '2', b: '2'}"));
        ObjectNode applied = api.ok(apply(MAPS + "/a", "kubectl", map + "data: {a: '2'}"));
        ObjectNode again = api.ok(apply(MAPS + "/a", "kubectl", map + "data: {a: '2'}"));

        assertThat(applied.at("/data/a").asText()).isEqualTo("2");
        assertThat(applied.path("metadata")
                        .path("annotations")
                        .path("kubectl.kubernetes.io/last-applied-configuration")
                        .asText())
                .contains("\"a\":\"2\"")
                .doesNotContain("\"b\"");
        assertThat(again.at("/metadata/resourceVersion")).isEqualTo(applied.at("/metadata/resourceVersion"));
    }

    @Test
    void forceIsForApplyAlone() {
        api.ok("POST", MAPS, TestApi.configMap("a", "b"));

        JsonNode status = api.refused(422, api.patch(MAPS + "/a?force=true", "application/merge-patch+json", "{}"));

        assertThat(status.path("message").asText())
                .isEqualTo("PatchOptions.meta.k8s.io \"\" is invalid:"
                        + " force: Forbidden: may not be specified for non-apply patch");
    }

    @Test
    void aPatchCannotChangeTheUid() {
        api.ok("POST", MAPS, TestApi.configMap("a", "b"));

        JsonNode status = api.refused(
                422, api.patch(MAPS + "/a", "application/merge-patch+json", "{\"metadata\": {\"uid\": \"x\"}}"));

        assertThat(status.path("message").asText())
                .isEqualTo("ConfigMap \"a\" is invalid: metadata.uid: Invalid value: \"x\": field is immutable");
    }

    private FakeExchange apply(String target, String manager, String body) {
        return api.patch(target + "?fieldManager=" + manager, "application/apply-patch+yaml", body);
    }

    private static JsonNode fieldsOf(ObjectNode object, String manager) {
        for (JsonNode entry : object.at("/metadata/managedFields")) {
            if (entry.path("manager").asText().equals(manager)) {
                return entry.path("fieldsV1");
            }
        }
        return object.path("nobody");
    }
}
