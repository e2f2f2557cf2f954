package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is started again on its store is the one that it was. */
class RestartTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir
    Path directory;

    @Test
    void objectsDefinitionsAndClustersAreThereAgain() {
        ObjectNode map;
        ObjectNode widget;
        String token;
        try (TestApi api = new TestApi(directory)) {
            map = api.ok("POST", MAPS, TestApi.configMap("a", "1"));
            api.ok("POST", MAPS, TestApi.configMap("b", "1"));
            token = api.get(MAPS + "?limit=1").path("metadata").path("continue").asText();
            api.ok("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", CustomResourcesTest.WIDGETS);
            widget = api.ok("POST", "/apis/example.com/v1/namespaces/default/widgets", CustomResourcesTest.WIDGET);
            api.server().clusters().delete(TestApi.TWO);
        }
        try (TestApi api = new TestApi(directory)) {
            assertThat(api.get(MAPS + "/a")).isEqualTo(map);
            assertThat(api.get("/apis/example.com/v1/namespaces/default/widgets/w"))
                    .isEqualTo(widget);
            assertThat(api.get(MAPS + "?limit=1&continue=" + token).path("items"))
                    .hasSize(1);
            assertThat(api.ok(api.send(TestApi.TWO, api.request("GET", MAPS, "")))
                            .path("items"))
                    .isEmpty();
        }
    }

    @Test
    void aDefinitionsDeletionThatWasUnderWayGoesOn() throws Exception {
        String widget = "/apis/example.com/v1/namespaces/default/widgets/w";
        String definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com";
        try (TestApi api = new TestApi(directory)) {
            api.ok("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", CustomResourcesTest.WIDGETS);
            api.ok("POST", "/apis/example.com/v1/namespaces/default/widgets", CustomResourcesTest.WIDGET);
            api.ok(api.patch(widget, "application/merge-patch+json", "{\"metadata\":{\"finalizers\":[\"a.b/c\"]}}"));
            api.ok("DELETE", definition, "");
        }
        try (TestApi api = new TestApi(directory)) {
            FakeExchange watch = api.watch("/apis/apiextensions.k8s.io/v1/customresourcedefinitions?watch=1");
            TestApi.event(watch);
            api.ok(api.patch(widget, "application/merge-patch+json", "{\"metadata\":{\"finalizers\":null}}"));

            while (!TestApi.event(watch).path("type").asText().equals("DELETED")) {
                // the definition's conditions tell how far it has come
            }
            api.refused(404, api.call("GET", definition, ""));
        }
    }
}
