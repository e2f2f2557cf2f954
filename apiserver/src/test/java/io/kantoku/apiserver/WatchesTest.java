package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches over HTTP: where they begin, what they see, how they end. */
class WatchesTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

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
    void beginsWithWhatExistsWhenNoVersionIsGiven() throws Exception {
        api.ok("POST", MAPS, TestApi.configMap("a", "1"));
        FakeExchange watch = api.watch(MAPS + "?watch=1");

        assertThat(TestApi.shortly(TestApi.event(watch))).isEqualTo("ADDED a");
        api.ok("POST", MAPS, TestApi.configMap("b", "1"));
        assertThat(TestApi.shortly(TestApi.event(watch))).isEqualTo("ADDED b");
        api.ok(api.patch(MAPS + "/a", "application/merge-patch+json", "{\"data\":{\"key\":\"2\"}}"));
        ObjectNode modified = TestApi.event(watch);
        assertThat(TestApi.shortly(modified)).isEqualTo("MODIFIED a");
        assertThat(modified.path("object")).isEqualTo(api.get(MAPS + "/a"));
        api.ok("DELETE", MAPS + "/b", "");
        ObjectNode deleted = TestApi.event(watch);
        assertThat(TestApi.shortly(deleted)).isEqualTo("DELETED b");
        assertThat(deleted.path("object")
                        .path("metadata")
                        .path("resourceVersion")
                        .asLong())
                .isEqualTo(api.store().revision());
    }

    @Test
    void goesOnExactlyWhereAListStopped() throws Exception {
        api.ok("POST", MAPS, TestApi.configMap("a", "1"));
        String version = api.get(MAPS).path("metadata").path("resourceVersion").asText();
        api.ok("POST", MAPS, TestApi.configMap("b", "1"));
        api.ok("DELETE", MAPS + "/a", "");

        FakeExchange watch = api.watch(MAPS + "?watch=true&resourceVersion=" + version);

        assertThat(TestApi.shortly(TestApi.event(watch))).isEqualTo("ADDED b");
        assertThat(TestApi.shortly(TestApi.event(watch))).isEqualTo("DELETED a");
    }

    @Test
    void objectsEnterAndLeaveASelection() throws Exception {
        api.ok("POST", MAPS, "metadata: {name: a}");
        FakeExchange watch = api.watch(MAPS + "?watch=1&labelSelector=on");
        String label = "{\"metadata\":{\"labels\":{\"on\":\"%s\"}}}";

        api.ok("POST", MAPS, "metadata: {name: other}");
        api.ok(api.patch(MAPS + "/a", "application/merge-patch+json", label.formatted("1")));
        assertThat(TestApi.shortly(TestApi.event(watch))).isEqualTo("ADDED a");
        api.ok(api.patch(MAPS + "/a", "application/merge-patch+json", label.formatted("2")));
        assertThat(TestApi.shortly(TestApi.event(watch))).isEqualTo("MODIFIED a");
        api.ok(api.patch(MAPS + "/a", "application/merge-patch+json", "{\"metadata\":{\"labels\":null}}"));
        ObjectNode left = TestApi.event(watch);
        assertThat(TestApi.shortly(left)).isEqualTo("DELETED a");
        assertThat(left.path("object")
                        .path("metadata")
                        .path("labels")
                        .path("on")
                        .asText())
                .isEqualTo("2");
        assertThat(left.path("object").path("metadata").path("resourceVersion").asLong())
                .isEqualTo(api.store().revision());
    }

    @Test
    void fieldSelectorsFollowThePod() throws Exception {
        api.ok("POST", "/api/v1/namespaces/default/serviceaccounts", "metadata: {name: default}");
        FakeExchange watch = api.watch("/api/v1/pods?watch=1&fieldSelector=spec.nodeName%3Dn1");
        for (String name : List.of("p", "q")) {
            api.ok(
                    "POST",
                    "/api/v1/namespaces/default/pods",
                    "metadata: {name: " + name + "}\nspec: {containers: [{name: c, image: x}]}");
        }

        api.ok(
                "POST",
                "/api/v1/namespaces/default/pods/q/binding",
                "{\"target\":{\"kind\":\"Node\",\"name\":\"n1\"},\"metadata\":{\"name\":\"q\"}}");

        assertThat(TestApi.shortly(TestApi.event(watch))).isEqualTo("ADDED q");
    }

    @Test
    void streamsAListWithItsEndMarked() throws Exception {
        api.ok("POST", MAPS, TestApi.configMap("a", "1"));
        FakeExchange watch = api.watch(
                MAPS + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");

        assertThat(TestApi.shortly(TestApi.event(watch))).isEqualTo("ADDED a");
        ObjectNode end = TestApi.event(watch);
        assertThat(end.path("type").asText()).isEqualTo("BOOKMARK");
        assertThat(end.path("object")
                        .path("metadata")
                        .path("annotations")
                        .path("k8s.io/initial-events-end")
                        .asText())
                .isEqualTo("true");
        assertThat(end.path("object").path("kind").asText()).isEqualTo("ConfigMap");
        api.ok("POST", MAPS, TestApi.configMap("b", "1"));
        assertThat(TestApi.shortly(TestApi.event(watch))).isEqualTo("ADDED b");
        api.refused(422, api.call("GET", MAPS + "?watch=1&sendInitialEvents=true", ""));
    }

    @Test
    void endsInTimeWithABookmarkOfWhereItCame() throws Exception {
        String version = api.get(MAPS).path("metadata").path("resourceVersion").asText();
        FakeExchange watch =
                api.watch(MAPS + "?watch=1&timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=" + version);
        api.ok("POST", "/api/v1/namespaces", "metadata: {name: elsewhere}");

        ObjectNode bookmark = TestApi.event(watch);

        assertThat(bookmark.path("type").asText()).isEqualTo("BOOKMARK");
        assertThat(bookmark.path("object")
                        .path("metadata")
                        .path("resourceVersion")
                        .asLong())
                .isGreaterThan(Long.parseLong(version));
        assertThat(watch.nextLine()).isEmpty();
    }

    @Test
    void aVersionThatIsTooOldIsToldInTheStream() throws Exception {
        api.close();
        api = new TestApi(directory); // what happened before the server started is not known to its watches

        ObjectNode event = TestApi.event(api.watch(MAPS + "?watch=1&resourceVersion=1"));

        assertThat(event.path("type").asText()).isEqualTo("ERROR");
        assertThat(event.path("object").path("code").asInt()).isEqualTo(410);
        assertThat(event.path("object").path("reason").asText()).isEqualTo("Expired");
        assertThat(event.path("object").path("message").asText()).startsWith("too old resource version: 1 (");
    }

    @Test
    void tablesAreMadeOncePerEventAndShape() throws Exception {
        FakeExchange watch = api.request("GET", MAPS + "?watch=1", "")
                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
        Thread.ofVirtual().start(() -> api.send(TestApi.ONE, watch));
        api.ok("POST", MAPS, TestApi.configMap("a", "1"));

        ObjectNode event = TestApi.event(watch);

        assertThat(event.path("object").path("kind").asText()).isEqualTo("Table");
        assertThat(event.path("object")
                        .path("rows")
                        .path(0)
                        .path("cells")
                        .path(0)
                        .asText())
                .isEqualTo("a");
        watch.disconnect();
    }

    @Test
    void aClientThatDoesNotReadHurtsNobodyElse() throws Exception {
        FakeExchange slow = api.watch(MAPS + "?watch=1&resourceVersion="
                + api.get(MAPS).path("metadata").path("resourceVersion").asText());
        FakeExchange quick = api.watch(MAPS + "?watch=1&resourceVersion="
                + api.get(MAPS).path("metadata").path("resourceVersion").asText());
        slow.stall(true);
        for (int i = 0; i < 300; i++) {
            api.ok("POST", MAPS, TestApi.configMap("m" + i, "1"));
            assertThat(TestApi.shortly(TestApi.event(quick))).isEqualTo("ADDED m" + i);
        }
        slow.stall(false);
        for (int i = 0; i < 300; i++) {
            assertThat(TestApi.shortly(TestApi.event(slow))).isEqualTo("ADDED m" + i);
        }
    }

    @Test
    void endsWhenTheClientGoes() throws Exception {
        FakeExchange watch = api.watch(MAPS + "?watch=1");
        api.ok("POST", MAPS, TestApi.configMap("a", "1"));
        TestApi.event(watch);

        watch.disconnect();

        assertThat(watch.nextLine()).isEmpty();
    }
}
