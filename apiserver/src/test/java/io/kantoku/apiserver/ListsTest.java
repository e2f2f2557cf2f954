package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists: selectors, versions, pages, and the shapes in which clients want them. */
class ListsTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory);
        for (String name : List.of("a", "b", "c", "d", "e")) {
            api.ok("POST", MAPS, "metadata: {name: " + name + ", labels: {vowel: '" + "aeiou".contains(name) + "'}}");
        }
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.path("items")
                .forEach(item -> names.add(item.path("metadata").path("name").asText()));
        return names;
    }

    @Test
    void booleansAreReadAsProgramsInPythonWriteThem() {
        ObjectNode list = api.get(MAPS + "?watch=False&allowWatchBookmarks=False&pretty=True");

        assertThat(names(list)).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void selectsByLabelsAndFields() {
        assertThat(names(api.get(MAPS))).containsExactly("a", "b", "c", "d", "e");
        assertThat(names(api.get(MAPS + "?labelSelector=vowel%3Dtrue"))).containsExactly("a", "e");
        assertThat(names(api.get(MAPS + "?fieldSelector=metadata.name%3Dc"))).containsExactly("c");
        assertThat(names(api.get("/api/v1/configmaps?fieldSelector=metadata.name%21%3Dc,metadata.namespace%3Ddefault")))
                .containsExactly("a", "b", "d", "e");
        assertThat(api.refused(400, api.call("GET", MAPS + "?fieldSelector=data.x%3D1", ""))
                        .path("message")
                        .asText())
                .isEqualTo("\"data.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
        api.refused(400, api.call("GET", MAPS + "?labelSelector=%3D%3D", ""));
    }

    @Test
    void pagesShowOneStateWhateverIsWrittenMeanwhile() {
        ObjectNode first = api.get(MAPS + "?limit=2");
        assertThat(names(first)).containsExactly("a", "b");
        assertThat(first.path("metadata").path("remainingItemCount").asInt()).isEqualTo(3);
        api.ok("DELETE", MAPS + "/c", "");
        api.ok("POST", MAPS, TestApi.configMap("cc", "new"));

        ObjectNode second = api.get(MAPS + "?limit=2&continue="
                + first.path("metadata").path("continue").asText());
        ObjectNode third = api.get(MAPS + "?limit=2&continue="
                + second.path("metadata").path("continue").asText());

        assertThat(names(second)).containsExactly("c", "d");
        assertThat(names(third)).containsExactly("e");
        assertThat(third.path("metadata").has("continue")).isFalse();
        assertThat(second.path("metadata").path("resourceVersion"))
                .isEqualTo(first.path("metadata").path("resourceVersion"));
    }

    @Test
    void selectorsFillPages() {
        ObjectNode first = api.get(MAPS + "?limit=1&labelSelector=vowel%3Dtrue");
        ObjectNode second = api.get(MAPS + "?limit=1&labelSelector=vowel%3Dtrue&continue="
                + first.path("metadata").path("continue").asText());

        assertThat(names(first)).containsExactly("a");
        assertThat(first.path("metadata").has("remainingItemCount")).isFalse();
        assertThat(names(second)).containsExactly("e");
    }

    @Test
    void aTokenIsGoodOnlyWhereItWasGivenOut() {
        String token =
                api.get(MAPS + "?limit=2").path("metadata").path("continue").asText();

        api.refused(400, api.call("GET", "/api/v1/configmaps?limit=2&continue=" + token, ""));
        api.refused(400, api.call("GET", MAPS + "?limit=2&continue=" + token.substring(1), ""));
        api.refused(400, api.send(TestApi.TWO, api.request("GET", MAPS + "?limit=2&continue=" + token, "")));
    }

    @Test
    void aPageOfAStateThatIsNoLongerKeptIsGone() {
        String token =
                api.get(MAPS + "?limit=2").path("metadata").path("continue").asText();
        long before = api.store().revision();
        api.ok("DELETE", MAPS + "/e", "");
        api.store().compact(api.store().revision());

        JsonNode status = api.refused(410, api.call("GET", MAPS + "?limit=2&continue=" + token, ""));
        assertThat(status.path("reason").asText()).isEqualTo("Expired");
        assertThat(status.path("message").asText()).startsWith("The provided continue parameter is too old");
        api.refused(410, api.call("GET", MAPS + "?resourceVersionMatch=Exact&resourceVersion=" + before, ""));
    }

    @Test
    void versionsMeanWhatTheConceptsSay() {
        ObjectNode list = api.get(MAPS);
        String then = list.path("metadata").path("resourceVersion").asText();
        api.ok("DELETE", MAPS + "/a", "");

        assertThat(names(api.get(MAPS + "?resourceVersion=" + then + "&resourceVersionMatch=Exact")))
                .containsExactly("a", "b", "c", "d", "e");
        assertThat(names(api.get(MAPS + "?resourceVersion=" + then + "&resourceVersionMatch=NotOlderThan")))
                .containsExactly("b", "c", "d", "e");
        assertThat(names(api.get(MAPS + "?resourceVersion=0"))).containsExactly("b", "c", "d", "e");
        JsonNode early = api.refused(504, api.call("GET", MAPS + "?resourceVersion=99999", ""));
        assertThat(early.path("details").path("causes").path(0).path("reason").asText())
                .isEqualTo("ResourceVersionTooLarge");
        api.refused(422, api.call("GET", MAPS + "?resourceVersionMatch=Exact", ""));
        api.refused(500, api.call("GET", MAPS + "?resourceVersion=x", ""));
    }

    @Test
    void answersInTheShapeThatIsWanted() {
        FakeExchange table = api.send(
                TestApi.ONE,
                api.request("GET", MAPS, "")
                        .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"));
        ObjectNode json = api.ok(table);
        assertThat(json.path("kind").asText()).isEqualTo("Table");
        assertThat(json.path("rows")).hasSize(5);
        assertThat(json.path("rows").path(0).path("object").path("kind").asText())
                .isEqualTo("PartialObjectMetadata");
        assertThat(json.path("metadata").path("resourceVersion").asText()).isNotEmpty();

        ObjectNode metadata = api.ok(api.send(
                TestApi.ONE,
                api.request("GET", MAPS, "")
                        .header("Accept", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io")));
        assertThat(metadata.path("kind").asText()).isEqualTo("PartialObjectMetadataList");
        assertThat(metadata.path("items").path(0).has("data")).isFalse();

        FakeExchange yaml =
                api.send(TestApi.ONE, api.request("GET", MAPS + "/a", "").header("Accept", "application/yaml"));
        assertThat(TestApi.yaml(yaml.text()).path("kind").asText()).isEqualTo("ConfigMap");
        api.refused(406, api.send(TestApi.ONE, api.request("GET", MAPS, "").header("Accept", "text/html")));
    }

    @Test
    void aListWhosePagesAreNoLongerKeptGoesOnAtTheNewestState() {
        String token = api.get(MAPS + "?limit=3").at("/metadata/continue").asText();
        api.ok("DELETE", MAPS + "/d", "");
        api.store().compact(api.store().revision());

        JsonNode status = api.refused(410, api.call("GET", MAPS + "?limit=1&continue=" + token, ""));
        String fresh = status.at("/metadata/continue").asText();
        JsonNode rest = api.get(MAPS + "?limit=1&continue=" + fresh);

        assertThat(status.path("reason").asText()).isEqualTo("Expired");
        assertThat(status.path("message").asText()).contains("use the continue token in this response");
        assertThat(rest.at("/items/0/metadata/name").asText()).isEqualTo("e");
        assertThat(rest.at("/metadata/continue").isMissingNode()).isTrue();
    }

    @Test
    void whatCannotBeSelectedIsNamed() {
        assertThat(api.refused(400, api.call("GET", MAPS + "?fieldSelector=a=b", ""))
                        .path("message")
                        .asText())
                .isEqualTo("\"a\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
        assertThat(api.refused(400, api.call("GET", "/api/v1/pods?fieldSelector=a=b", ""))
                        .path("message")
                        .asText())
                .isEqualTo("field label not supported: a");
        assertThat(api.refused(422, api.call("GET", MAPS + "?sendInitialEvents=true", ""))
                        .path("message")
                        .asText())
                .contains("sendInitialEvents is forbidden for list");
        assertThat(api.refused(422, api.call("GET", MAPS + "?watch=true&resourceVersionMatch=Exact", ""))
                        .path("message")
                        .asText())
                .contains("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
    }
}
