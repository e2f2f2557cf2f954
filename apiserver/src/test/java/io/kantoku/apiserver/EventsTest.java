package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events, which are the same objects in the core group and in {@code events.k8s.io}. */
class EventsTest {
    private static final String CORE = "/api/v1/namespaces/default/events";
    private static final String NEW = "/apis/events.k8s.io/v1/namespaces/default/events";
    private static final String OLD_STYLE = """
            metadata: {name: old}
            involvedObject: {kind: Pod, name: web, namespace: default}
            message: Started
            reason: Started
            type: Normal
            source: {component: kubelet}
            count: 2
            firstTimestamp: "2026-01-02T03:04:05Z"
            """;
    private static final String NEW_STYLE = """
            metadata: {name: new}
            regarding: {kind: Pod, name: web, namespace: default}
            note: Bound
            reason: Scheduled
            action: Binding
            type: Normal
            eventTime: "2026-01-02T03:04:05.000006Z"
            reportingController: example.com/scheduler
            reportingInstance: one
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
    void anEventOfTheCoreGroupIsSeenInTheOther() {
        api.ok("POST", CORE, OLD_STYLE);

        ObjectNode seen = api.get(NEW + "/old");

        assertThat(seen.path("apiVersion").asText()).isEqualTo("events.k8s.io/v1");
        assertThat(seen.path("note").asText()).isEqualTo("Started");
        assertThat(seen.at("/regarding/name").asText()).isEqualTo("web");
        assertThat(seen.at("/deprecatedSource/component").asText()).isEqualTo("kubelet");
        assertThat(seen.path("deprecatedCount").asInt()).isEqualTo(2);
        assertThat(seen.path("deprecatedFirstTimestamp").asText()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(seen.has("message")).isFalse();
        assertThat(seen.has("reportingController")).isFalse();
    }

    @Test
    void anEventOfTheOtherGroupIsSeenInTheCoreGroup() {
        api.ok("POST", NEW, NEW_STYLE);
        api.ok(api.patch(NEW + "/new", "application/merge-patch+json", "{\"note\": \"Bound again\"}"));

        ObjectNode seen = api.get(CORE + "/new");

        assertThat(seen.path("apiVersion").asText()).isEqualTo("v1");
        assertThat(seen.path("message").asText()).isEqualTo("Bound again");
        assertThat(seen.at("/involvedObject/kind").asText()).isEqualTo("Pod");
        assertThat(seen.path("reportingComponent").asText()).isEqualTo("example.com/scheduler");
    }

    @Test
    void bothGroupsListSelectWatchAndDeleteTheSameObjects() throws InterruptedException {
        api.ok("POST", CORE, OLD_STYLE);
        FakeExchange watch = api.watch(NEW + "?watch=true&fieldSelector=regarding.kind=Pod");
        api.ok("POST", NEW, NEW_STYLE);

        assertThat(names(CORE)).containsExactly("new", "old");
        assertThat(names(NEW + "?fieldSelector=regarding.name=web")).containsExactly("new", "old");
        assertThat(names(CORE + "?fieldSelector=source=kubelet")).containsExactly("old");
        ObjectNode first = TestApi.event(watch);
        assertThat(first.at("/object/apiVersion").asText()).isEqualTo("events.k8s.io/v1");
        assertThat(TestApi.shortly(first)).isEqualTo("ADDED old");
        assertThat(TestApi.shortly(TestApi.event(watch))).isEqualTo("ADDED new");

        api.ok("DELETE", NEW, "");
        assertThat(names(CORE)).isEmpty();
    }

    @Test
    void whatTheNewerGroupDemandsIsRefusedByItsOwnNames() {
        JsonNode status = api.refused(422, api.call("POST", NEW, "metadata: {name: bad}\nregarding: {kind: Pod}"));

        assertThat(status.path("message").asText())
                .startsWith("Event.events.k8s.io \"bad\" is invalid")
                .contains("eventTime: Required value", "reportingController: Required value", "type: Required value");
    }

    private Stream<String> names(String target) {
        return api.get(target)
                .path("items")
                .valueStream()
                .map(item -> item.at("/metadata/name").asText());
    }
}
