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

/** Creating, updating and patching, with the words that clients know. */
class WritesTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final String DEPLOYMENT = """
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: c, image: nginx}]}
            status: {replicas: 7}
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
    void aNewObjectGetsWhatTheServerDecides() {
        ObjectNode created = api.ok("POST", MAPS, TestApi.configMap("a", "b"));

        assertThat(created.path("apiVersion").asText()).isEqualTo("v1");
        assertThat(created.path("kind").asText()).isEqualTo("ConfigMap");
        JsonNode metadata = created.path("metadata");
        assertThat(metadata.path("namespace").asText()).isEqualTo("default");
        assertThat(metadata.path("uid").asText())
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(metadata.path("creationTimestamp").asText()).endsWith("Z");
        assertThat(metadata.has("generation")).isFalse();
        assertThat(api.get(MAPS + "/a")).isEqualTo(created);
    }

    @Test
    void refusesASecondObjectOfTheSameName() {
        api.ok("POST", MAPS, TestApi.configMap("a", "b"));

        JsonNode status = api.refused(409, api.call("POST", MAPS, TestApi.configMap("a", "c")));

        assertThat(status.path("reason").asText()).isEqualTo("AlreadyExists");
        assertThat(status.path("message").asText()).isEqualTo("configmaps \"a\" already exists");
    }

    @Test
    void generatesNames() {
        String name = api.ok("POST", MAPS, "metadata: {generateName: a-}")
                .path("metadata")
                .path("name")
                .asText();

        assertThat(name).matches("a-[bcdfghjklmnpqrstvwxz2456789]{5}");
    }

    @Test
    void refusesNamesThatTheKindDoesNotAllow() {
        JsonNode status = api.refused(422, api.call("POST", MAPS, TestApi.configMap("Not_Good", "b")));

        assertThat(status.path("reason").asText()).isEqualTo("Invalid");
        assertThat(status.path("message").asText())
                .startsWith(
                        "ConfigMap \"Not_Good\" is invalid: metadata.name: Invalid value: \"Not_Good\": a lowercase RFC 1123 subdomain");
        api.ok(
                "POST",
                "/apis/rbac.authorization.k8s.io/v1/clusterroles",
                "metadata: {name: 'system:Thing'}\nrules: []");
        api.refused(422, api.call("POST", MAPS, "metadata: {}"));
    }

    @Test
    void refusesBodiesThatBelongElsewhere() {
        assertThat(api.refused(400, api.call("POST", MAPS, "apiVersion: apps/v1\nmetadata: {name: a}"))
                        .path("message")
                        .asText())
                .isEqualTo("the API version in the data (apps/v1) does not match the expected API version (v1)");
        assertThat(api.refused(400, api.call("POST", MAPS, "metadata: {name: a, namespace: other}"))
                        .path("message")
                        .asText())
                .isEqualTo("the namespace of the provided object does not match the namespace sent on the request");
        api.refused(404, api.call("POST", "/api/v1/namespaces/nope/configmaps", TestApi.configMap("a", "b")));
    }

    @Test
    void anUpdateOfAnOldVersionIsAConflict() {
        ObjectNode first = api.ok("POST", MAPS, TestApi.configMap("a", "1"));
        ObjectNode second = first.deepCopy();
        second.withObjectProperty("data").put("key", "2");
        api.ok("PUT", MAPS + "/a", second.toString());
        first.withObjectProperty("data").put("key", "3");

        JsonNode status = api.refused(409, api.call("PUT", MAPS + "/a", first.toString()));

        assertThat(status.path("reason").asText()).isEqualTo("Conflict");
        assertThat(status.path("message").asText())
                .isEqualTo(
                        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your"
                                + " changes to the latest version and try again");
    }

    @Test
    void anUpdateKeepsWhatNoClientMayChange() {
        ObjectNode created = api.ok("POST", MAPS, TestApi.configMap("a", "1"));

        ObjectNode updated = api.ok("PUT", MAPS + "/a", """
                {"metadata":{"name":"a","creationTimestamp":"2001-01-01T00:00:00Z","deletionTimestamp":"2001-01-01T00:00:00Z"},"data":{"key":"2"}}""");

        assertThat(updated.path("metadata").path("uid"))
                .isEqualTo(created.path("metadata").path("uid"));
        assertThat(updated.path("metadata").path("creationTimestamp"))
                .isEqualTo(created.path("metadata").path("creationTimestamp"));
        assertThat(updated.path("metadata").has("deletionTimestamp")).isFalse();
        api.refused(409, api.call("PUT", MAPS + "/a", "{\"metadata\":{\"name\":\"a\",\"uid\":\"other\"}}"));
        api.refused(400, api.call("PUT", MAPS + "/a", "{\"metadata\":{\"name\":\"b\"}}"));
        api.refused(404, api.call("PUT", MAPS + "/x", "{\"metadata\":{\"name\":\"x\"}}"));
    }

    @Test
    void anUpdateThatChangesNothingWritesNothing() {
        ObjectNode created = api.ok("POST", MAPS, TestApi.configMap("a", "1"));

        ObjectNode updated = api.ok("PUT", MAPS + "/a", created.toString());

        assertThat(updated).isEqualTo(created);
        assertThat(api.store().revision())
                .isEqualTo(created.path("metadata").path("resourceVersion").asLong());
    }

    @Test
    void statusAndSpecAreWrittenApart() {
        ObjectNode created = api.ok("POST", DEPLOYMENTS, DEPLOYMENT);
        assertThat(created.path("status").path("replicas").isMissingNode()).isTrue();
        assertThat(created.path("metadata").path("generation").asLong()).isEqualTo(1);
        ObjectNode changed = created.deepCopy();
        changed.withObjectProperty("spec").put("replicas", 3);
        changed.withObjectProperty("status").put("replicas", 3);

        ObjectNode afterSpec = api.ok("PUT", DEPLOYMENTS + "/web", changed.toString());
        assertThat(afterSpec.path("spec").path("replicas").asInt()).isEqualTo(3);
        assertThat(afterSpec.path("status").has("replicas")).isFalse();
        assertThat(afterSpec.path("metadata").path("generation").asLong()).isEqualTo(2);

        changed.withObjectProperty("spec").put("replicas", 9);
        changed.withObjectProperty("metadata").remove("resourceVersion");
        ObjectNode afterStatus = api.ok("PUT", DEPLOYMENTS + "/web/status", changed.toString());
        assertThat(afterStatus.path("spec").path("replicas").asInt()).isEqualTo(3);
        assertThat(afterStatus.path("status").path("replicas").asInt()).isEqualTo(3);
        assertThat(afterStatus.path("metadata").path("generation").asLong()).isEqualTo(2);
    }

    @Test
    void scalesThroughTheSubresource() {
        api.ok("POST", DEPLOYMENTS, DEPLOYMENT);

        ObjectNode scale = api.get(DEPLOYMENTS + "/web/scale");
        assertThat(scale.path("kind").asText()).isEqualTo("Scale");
        assertThat(scale.path("status").path("selector").asText()).isEqualTo("app=web");
        scale.withObjectProperty("spec").put("replicas", 4);
        assertThat(api.ok("PUT", DEPLOYMENTS + "/web/scale", scale.toString())
                        .path("spec")
                        .path("replicas")
                        .asInt())
                .isEqualTo(4);
        api.refused(409, api.call("PUT", DEPLOYMENTS + "/web/scale", scale.toString()));
        api.ok(api.patch(DEPLOYMENTS + "/web/scale", "application/merge-patch+json", "{\"spec\":{\"replicas\":5}}"));

        assertThat(api.get(DEPLOYMENTS + "/web").path("spec").path("replicas").asInt())
                .isEqualTo(5);
    }

    @Test
    void aPatchThatMakesNoObjectIsNamed() {
        String web = DEPLOYMENTS + "/web";
        api.ok("POST", DEPLOYMENTS, DEPLOYMENT);
        assertThat(patchMessage(web, "strategic-merge-patch", "{\"spec\":{\"replicas\":\"x\",\"paused\":null}}"))
                .isEqualTo(" \"\" is invalid: patch: Invalid value: \"map[spec:map[paused:<nil> replicas:x]]\":"
                        + " unrecognized type: int32");
        assertThat(patchMessage(
                        web, "strategic-merge-patch", "{\"spec\":{\"template\":{\"spec\":{\"volumes\":\"x\"}}}}"))
                .endsWith("cannot restore slice from string");
        assertThat(patchMessage(web, "strategic-merge-patch", "{\"metadata\":{\"labels\":{\"a\":1}}}"))
                .endsWith("\"map[metadata:map[labels:map[a:1]]]\": cannot convert int64 to string");
        assertThat(patchMessage(web, "merge-patch", "{\"spec\":{\"replicas\":\"x\"}}"))
                .startsWith(" \"\" is invalid: patch: Invalid value: \"{\\\"apiVersion\\\":\\\"apps/v1\\\",")
                .endsWith(
                        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32");
    }

    private String patchMessage(String path, String form, String patch) {
        return api.refused(422, api.patch(path, "application/" + form + "+json", patch))
                .path("message")
                .asText();
    }

    @Test
    void aBodyThatIsNoObjectIsShown() {
        String message = api.refused(400, api.call("POST", MAPS, "{\"metadata\": {\"name\": 1"))
                .path("message")
                .asText();
        assertThat(message)
                .startsWith("the object provided is unrecognized (must be of type ConfigMap): ")
                .endsWith("({\"metadata\": {\"name\": 1)");
    }

    @Test
    void aScaleHasATableOfItsOwn() {
        api.ok("POST", DEPLOYMENTS, DEPLOYMENT);
        ObjectNode table = api.ok(api.send(
                TestApi.ONE,
                api.request("GET", DEPLOYMENTS + "/web/scale", "")
                        .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")));
        assertThat(table.path("columnDefinitions").findValuesAsText("name"))
                .containsExactly("Name", "Desired", "Available", "Age");
        assertThat(table.path("rows").get(0).path("cells").get(1).asInt()).isEqualTo(1);
    }

    @Test
    void patchesInAllForms() {
        api.ok("POST", DEPLOYMENTS, DEPLOYMENT);
        String web = DEPLOYMENTS + "/web";

        api.ok(api.patch(
                web, "application/json-patch+json", "[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":2}]"));
        api.ok(api.patch(web, "application/merge-patch+json", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"));
        ObjectNode patched = api.ok(api.patch(
                web,
                "application/strategic-merge-patch+json",
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"d\",\"image\":\"x\"}]}}}}"));

        assertThat(patched.path("spec").path("replicas").asInt()).isEqualTo(2);
        assertThat(patched.path("metadata").path("labels").path("a").asText()).isEqualTo("b");
        assertThat(patched.path("spec").path("template").path("spec").path("containers"))
                .hasSize(2);
        api.refused(415, api.patch(web, "application/json", "{}"));
        api.refused(422, api.patch(web, "application/json-patch+json", "[{\"op\":\"remove\",\"path\":\"/nope\"}]"));
        api.refused(409, api.patch(web, "application/merge-patch+json", "{\"metadata\":{\"resourceVersion\":\"1\"}}"));
        api.refused(404, api.patch(DEPLOYMENTS + "/x", "application/merge-patch+json", "{}"));
    }

    @Test
    void appliesOnTheServer() {
        String apply = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {key: '1'}";
        FakeExchange created = api.patch(MAPS + "/a?fieldManager=one", "application/apply-patch+yaml", apply);
        assertThat(created.status()).isEqualTo(201);

        JsonNode conflict = api.refused(
                409,
                api.patch(MAPS + "/a?fieldManager=two", "application/apply-patch+yaml", apply.replace("'1'", "'2'")));
        assertThat(conflict.path("message").asText())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .data.key");
        assertThat(conflict.path("details")
                        .path("causes")
                        .path(0)
                        .path("reason")
                        .asText())
                .isEqualTo("FieldManagerConflict");

        ObjectNode forced = api.ok(api.patch(
                MAPS + "/a?fieldManager=two&force=true", "application/apply-patch+yaml", apply.replace("'1'", "'2'")));
        assertThat(forced.path("data").path("key").asText()).isEqualTo("2");
        api.refused(422, api.patch(MAPS + "/a", "application/apply-patch+yaml", apply));
    }

    @Test
    void aDryRunStoresNothing() {
        long before = api.store().revision();

        ObjectNode answer = api.ok("POST", MAPS + "?dryRun=All", TestApi.configMap("a", "b"));

        assertThat(answer.path("metadata").path("uid").asText()).isNotEmpty();
        assertThat(api.store().revision()).isEqualTo(before);
        api.refused(404, api.call("GET", MAPS + "/a", ""));
        api.refused(422, api.call("POST", MAPS + "?dryRun=Some", TestApi.configMap("a", "b")));
    }

    @Test
    void unknownFieldsAreToldOrRefusedAsTheClientWishes() {
        String body = "metadata: {name: a}\ncolour: red";

        JsonNode refusal = api.refused(400, api.call("POST", MAPS + "?fieldValidation=Strict", body));
        assertThat(refusal.path("message").asText()).contains("strict decoding error: unknown field \"colour\"");

        FakeExchange warned = api.call("POST", MAPS + "?fieldValidation=Warn", body);
        assertThat(warned.status()).isEqualTo(201);
        assertThat(warned.answered("Warning")).containsExactly("299 - \"unknown field \\\"colour\\\"\"");
        assertThat(warned.text()).doesNotContain("colour");
    }

    @Test
    void refusesWhatIsTooLargeOrUnreadable() {
        assertThat(api.refused(413, api.call("POST", MAPS, "{\"a\":\"" + "x".repeat(4 << 20) + "\"}"))
                        .path("reason")
                        .asText())
                .isEqualTo("RequestEntityTooLarge");
        api.refused(
                413,
                api.call(
                        "POST",
                        "/apis/coordination.k8s.io/v1/namespaces/default/leases",
                        "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"holderIdentity\":\"" + "x".repeat(2 << 20)
                                + "\"}}"));
        api.refused(400, api.call("POST", MAPS, "{"));
        api.refused(400, api.call("POST", MAPS, "[1]"));
        api.refused(
                415,
                api.send(TestApi.ONE, new FakeExchange("POST", MAPS, new byte[0]).header("Content-Type", "text/html")));
    }

    @Test
    void anUpdateCreatesObjectsOfSomeKinds() {
        String endpoints = "/api/v1/namespaces/default/endpoints";
        FakeExchange created = api.call("PUT", endpoints + "/e", "metadata: {name: e, resourceVersion: '5'}");
        FakeExchange updated = api.call("PUT", endpoints + "/e", "metadata: {name: e, labels: {a: b}}");
        JsonNode other =
                api.refused(404, api.call("PUT", "/api/v1/namespaces/default/configmaps/e", "metadata: {name: e}"));

        assertThat(created.status()).isEqualTo(201);
        assertThat(updated.status()).isEqualTo(200);
        assertThat(other.path("message").asText()).isEqualTo("configmaps \"e\" not found");
    }

    @Test
    void anUpdateOfAnObjectThatIsGoneIsAConflict() {
        String maps = "/api/v1/namespaces/default/configmaps";
        ObjectNode gone = api.ok("POST", maps, TestApi.configMap("g", "x"));
        api.ok("DELETE", maps + "/g", "");

        JsonNode status = api.refused(409, api.call("PUT", maps + "/g", gone.toString()));

        assertThat(status.path("message").asText())
                .contains("Precondition failed: UID in precondition: "
                        + gone.at("/metadata/uid").asText());
    }

    @Test
    void reviewsAreAnsweredAndNotStored() {
        long before = api.store().revision();

        ObjectNode answer = api.ok("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", """
                {"spec":{"resourceAttributes":{"verb":"get","resource":"pods","namespace":"default"}}}""");

        assertThat(answer.path("status").path("allowed").asBoolean()).isTrue();
        assertThat(api.store().revision()).isEqualTo(before);
    }
}
