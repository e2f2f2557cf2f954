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

/** Custom resources from their definition to its deletion. */
class CustomResourcesTest {
    static final String WIDGETS = """
            metadata: {name: widgets.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: widgets, kind: Widget, shortNames: [wd]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}}
                additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
                selectableFields: [{jsonPath: .spec.color}]
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        required: [size]
                        properties: {size: {type: integer, minimum: 1}, color: {type: string, default: red}}
                      status: {type: object, properties: {size: {type: integer}}}
              - name: v1beta1
                served: true
                storage: false
                schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
            """;
    static final String WIDGET = "metadata: {name: w}\nspec: {size: 3}";

    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String ALL = "/apis/example.com/v1/namespaces/default/widgets";

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
    void aDefinitionIsInForceWhenItIsStored() {
        api.refused(404, api.call("GET", ALL, ""));
        ObjectNode definition = api.ok("POST", DEFINITIONS, WIDGETS);

        assertThat(definition
                        .path("status")
                        .path("conditions")
                        .path(1)
                        .path("type")
                        .asText())
                .isEqualTo("Established");
        assertThat(definition.path("status").path("storedVersions").path(0).asText())
                .isEqualTo("v1");
        assertThat(definition.path("spec").path("names").path("listKind").asText())
                .isEqualTo("WidgetList");
        ObjectNode widget = api.ok("POST", ALL, WIDGET);
        assertThat(widget.path("spec").path("color").asText()).isEqualTo("red");
        assertThat(widget.path("metadata").path("generation").asInt()).isEqualTo(1);
        assertThat(api.get(ALL).path("kind").asText()).isEqualTo("WidgetList");
        assertThat(api.get("/apis/example.com")
                        .path("preferredVersion")
                        .path("version")
                        .asText())
                .isEqualTo("v1");
        assertThat(api.get(ALL + "?fieldSelector=spec.color%3Dred").path("items"))
                .hasSize(1);
        assertThat(api.get(ALL + "?fieldSelector=spec.color%3Dblue").path("items"))
                .isEmpty();
    }

    @Test
    void objectsMustFollowTheSchema() {
        api.ok("POST", DEFINITIONS, WIDGETS);

        assertThat(api.refused(422, api.call("POST", ALL, "metadata: {name: w}\nspec: {size: 0}"))
                        .path("message")
                        .asText())
                .isEqualTo(
                        "Widget.example.com \"w\" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater"
                                + " than or equal to 1");
        api.refused(422, api.call("POST", ALL, "metadata: {name: w}\nspec: {}"));
        ObjectNode pruned = api.ok("POST", ALL, "metadata: {name: w}\nspec: {size: 1, other: x}");
        assertThat(pruned.path("spec").has("other")).isFalse();
        api.refused(
                400,
                api.call("POST", ALL + "?fieldValidation=Strict", "metadata: {name: v}\nspec: {size: 1, other: x}"));
        api.refused(415, api.patch(ALL + "/w", "application/strategic-merge-patch+json", "{}"));
        JsonNode unconditional = api.refused(422, api.call("PUT", ALL + "/w", WIDGET));
        assertThat(unconditional.path("message").asText()).contains("metadata.resourceVersion");
    }

    @Test
    void statusAndScaleAreSubresources() {
        api.ok("POST", DEFINITIONS, WIDGETS);
        api.ok("POST", ALL, "metadata: {name: w}\nspec: {size: 3}\nstatus: {size: 9}");
        assertThat(api.get(ALL + "/w").has("status")).isFalse();

        api.ok(api.patch(
                ALL + "/w/status", "application/merge-patch+json", "{\"status\":{\"size\":2},\"spec\":{\"size\":8}}"));
        assertThat(api.get(ALL + "/w").path("spec").path("size").asInt()).isEqualTo(3);
        assertThat(api.get(ALL + "/w/scale").path("status").path("replicas").asInt())
                .isEqualTo(2);
        api.ok(api.patch(ALL + "/w/scale", "application/merge-patch+json", "{\"spec\":{\"replicas\":5}}"));
        assertThat(api.get(ALL + "/w").path("spec").path("size").asInt()).isEqualTo(5);
        assertThat(api.get(ALL + "/w").path("metadata").path("generation").asInt())
                .isEqualTo(2);
    }

    @Test
    void eachServedVersionShowsTheSameObject() {
        api.ok("POST", DEFINITIONS, WIDGETS);
        api.ok("POST", ALL, WIDGET);

        ObjectNode old = api.get("/apis/example.com/v1beta1/namespaces/default/widgets/w");
        assertThat(old.path("apiVersion").asText()).isEqualTo("example.com/v1beta1");
        assertThat(old.path("spec").has("color")).isFalse();
        old.withObjectProperty("spec").put("size", 4);
        api.ok("PUT", "/apis/example.com/v1beta1/namespaces/default/widgets/w", old.toString());
        assertThat(api.get(ALL + "/w").path("spec").path("size").asInt()).isEqualTo(4);
    }

    @Test
    void changedDefinitionsHoldAtOnce() {
        api.ok("POST", DEFINITIONS, WIDGETS);
        ObjectNode definition = api.get(DEFINITIONS + "/widgets.example.com");
        api.ok(
                api.patch(
                        DEFINITIONS + "/widgets.example.com",
                        "application/json-patch+json",
                        "[{\"op\":\"add\",\"path\":\"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/other\",\"value\":{\"type\":\"string\"}}]"));

        assertThat(api.ok("POST", ALL, "metadata: {name: w}\nspec: {size: 1, other: x}")
                        .path("spec")
                        .path("other")
                        .asText())
                .isEqualTo("x");
        definition.withObjectProperty("spec").put("scope", "Cluster");
        definition
                .withObjectProperty("metadata")
                .put(
                        "resourceVersion",
                        api.get(DEFINITIONS + "/widgets.example.com")
                                .path("metadata")
                                .path("resourceVersion")
                                .asText());
        assertThat(api.refused(422, api.call("PUT", DEFINITIONS + "/widgets.example.com", definition.toString()))
                        .path("message")
                        .asText())
                .contains("spec.scope: Invalid value: \"Cluster\": field is immutable");
    }

    @Test
    void refusesDefinitionsThatCannotWork() {
        api.refused(
                422,
                api.call("POST", DEFINITIONS, WIDGETS.replace("{name: widgets.example.com}", "{name: x.example.com}")));
        api.refused(422, api.call("POST", DEFINITIONS, WIDGETS.replace("storage: true", "storage: false")));
        api.refused(422, api.call("POST", DEFINITIONS, WIDGETS.replace("example.com", "widgets.k8s.io")));
        api.ok("POST", DEFINITIONS, WIDGETS);
    }

    @Test
    void eachVersionHasItsOwnSubresources() {
        api.ok("POST", DEFINITIONS, WIDGETS);
        api.ok("POST", ALL, WIDGET);
        String old = "/apis/example.com/v1beta1/namespaces/default/widgets/w";

        assertThat(api.get("/apis/example.com/v1").path("resources").findValuesAsText("name"))
                .containsExactly("widgets", "widgets/status", "widgets/scale");
        assertThat(api.get("/apis/example.com/v1beta1").path("resources").findValuesAsText("name"))
                .containsExactly("widgets");
        api.refused(404, api.call("GET", old + "/status", ""));
        api.refused(404, api.call("GET", old + "/scale", ""));
        assertThat(api.get(ALL + "/w/scale").path("kind").asText()).isEqualTo("Scale");
    }

    @Test
    void storedVersionsStayUntilTheyAreSaidToBeEmpty() {
        api.ok("POST", DEFINITIONS, WIDGETS);
        String moved = """
                [{"op": "replace", "path": "/spec/versions/0/storage", "value": false},
                 {"op": "replace", "path": "/spec/versions/1/storage", "value": true}]""";
        ObjectNode definition =
                api.ok(api.patch(DEFINITIONS + "/widgets.example.com", "application/json-patch+json", moved));
        assertThat(definition.at("/status/storedVersions").toString()).isEqualTo("[\"v1\",\"v1beta1\"]");
        assertThat(refusal("", "[{\"op\": \"remove\", \"path\": \"/spec/versions/0\"}]"))
                .contains(
                        "status.storedVersions[0]: Invalid value: \"v1\": missing from spec.versions; v1 was previously");
        assertThat(refusal(
                        "/status",
                        "[{\"op\": \"replace\", \"path\": \"/status/storedVersions\", \"value\": [\"v1\"]}]"))
                .contains("status.storedVersions: Invalid value: [\"v1\"]: must have the storage version v1beta1");
        api.ok(api.patch(
                DEFINITIONS + "/widgets.example.com/status",
                "application/json-patch+json",
                "[{\"op\": \"replace\", \"path\": \"/status/storedVersions\", \"value\": [\"v1beta1\"]}]"));
        api.ok(api.patch(
                DEFINITIONS + "/widgets.example.com",
                "application/json-patch+json",
                "[{\"op\": \"remove\", \"path\": \"/spec/versions/0\"}]"));
    }

    private String refusal(String subresource, String patch) {
        return api.refused(
                        422,
                        api.patch(
                                DEFINITIONS + "/widgets.example.com" + subresource,
                                "application/json-patch+json",
                                patch))
                .path("message")
                .asText();
    }

    @Test
    void objectsGoWithTheirDefinition() throws Exception {
        api.ok("POST", DEFINITIONS, WIDGETS);
        api.ok("POST", ALL, WIDGET);
        api.ok("POST", ALL, "metadata: {name: held, finalizers: [a.b/c]}\nspec: {size: 3}");
        FakeExchange watch = api.watch(DEFINITIONS + "?watch=1");
        TestApi.event(watch);

        api.ok("DELETE", DEFINITIONS + "/widgets.example.com", "");
        assertThat(TestApi.event(watch).path("type").asText()).isEqualTo("MODIFIED");
        JsonNode terminating = TestApi.event(watch).at("/object/status/conditions/2");
        assertThat(terminating.path("type").asText()).isEqualTo("Terminating");
        assertThat(terminating.path("reason").asText()).isEqualTo("InstanceDeletionInProgress");
        assertThat(api.refused(405, api.call("POST", ALL, "metadata: {name: v}\nspec: {size: 1}"))
                        .path("message")
                        .asText())
                .isEqualTo("create not allowed while custom resource definition is terminating");
        api.ok(api.patch(ALL + "/held", "application/merge-patch+json", "{\"metadata\":{\"finalizers\":null}}"));

        assertThat(TestApi.event(watch).at("/object/status/conditions/2/reason").asText())
                .isEqualTo("InstanceDeletionCompleted");
        assertThat(TestApi.event(watch).path("type").asText()).isEqualTo("DELETED");
        api.refused(404, api.call("GET", ALL, ""));
        assertThat(api.store()
                        .range(io.kantoku.store.RangeRequest.all("/one/example.com/"))
                        .entries())
                .isEmpty();
    }
}
