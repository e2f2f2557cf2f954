package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Custom resources that were stored before their definition became what it is: upstream's test of defaulting from storage. */
class RenewedObjectsTest {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String WIDGETS = "/apis/example.com/v1/widgets";
    private static final String DEFINITION = """
            metadata: {name: widgets.example.com}
            spec:
              group: example.com
              scope: Cluster
              names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
              versions:
              - name: v1
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, properties: {a: {type: string}, b: {type: string}, c: {type: string}}}}
            """;

    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory);
        api.ok("POST", DEFINITIONS, DEFINITION);
        api.ok("POST", WIDGETS, "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: old}\nc: x");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void whatIsStoredHasTheDefaultsOfToday() throws Exception {
        ObjectNode before = api.get(WIDGETS + "/old");
        patch("""
                [{"op": "add", "path": "/spec/versions/0/schema/openAPIV3Schema/properties/a/default", "value": "A"}]""");
        ObjectNode after = api.get(WIDGETS + "/old");
        api.ok("POST", WIDGETS, "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: new}");
        patch("""
                [{"op": "remove", "path": "/spec/versions/0/schema/openAPIV3Schema/properties/a/default"},
                 {"op": "add", "path": "/spec/versions/0/schema/openAPIV3Schema/properties/b/default", "value": "B"}]""");
        ObjectNode stored = api.get(WIDGETS + "/new");
        ObjectNode old = api.get(WIDGETS + "/old");
        FakeExchange watch = api.watch(WIDGETS + "?watch=true");

        assertThat(before.has("a")).isFalse();
        assertThat(after.path("a").asText()).isEqualTo("A");
        assertThat(after.at("/metadata/resourceVersion")).isEqualTo(before.at("/metadata/resourceVersion"));
        assertThat(stored.path("a").asText()).as("was stored with it").isEqualTo("A");
        assertThat(stored.path("b").asText()).isEqualTo("B");
        assertThat(old.has("a")).isFalse();
        assertThat(api.get(WIDGETS).at("/items/1/b").asText()).isEqualTo("B");
        assertThat(TestApi.event(watch).at("/object/b").asText()).isEqualTo("B");
    }

    @Test
    void whatTheDefinitionHasNoMoreIsNotShown() {
        patch("[{\"op\": \"remove\", \"path\": \"/spec/versions/0/schema/openAPIV3Schema/properties/c\"}]");

        assertThat(api.get(WIDGETS + "/old").has("c")).isFalse();
    }

    @Test
    void anAnswerToAReviewIsNoTable() {
        FakeExchange review = api.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", """
                        spec: {nonResourceAttributes: {path: /, verb: get}}
                        """)
                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");

        api.refused(406, api.send(TestApi.ONE, review));
    }

    private void patch(String patch) {
        api.ok(api.patch(DEFINITIONS + "/widgets.example.com", "application/json-patch+json", patch));
    }
}
