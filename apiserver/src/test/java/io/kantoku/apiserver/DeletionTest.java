package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What deletion waits for. */
class DeletionTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PODS = "/api/v1/namespaces/default/pods";

    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory);
        api.ok("POST", "/api/v1/namespaces/default/serviceaccounts", "metadata: {name: default}");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void anObjectThatNothingHoldsGoesAtOnce() {
        String uid = api.ok("POST", MAPS, TestApi.configMap("a", "b"))
                .path("metadata")
                .path("uid")
                .asText();

        ObjectNode status = api.ok("DELETE", MAPS + "/a", "");

        assertThat(status.path("kind").asText()).isEqualTo("Status");
        assertThat(status.path("status").asText()).isEqualTo("Success");
        assertThat(status.path("details").path("uid").asText()).isEqualTo(uid);
        api.refused(404, api.call("GET", MAPS + "/a", ""));
        api.refused(404, api.call("DELETE", MAPS + "/a", ""));
    }

    @Test
    void whatWentAtOnceIsShownAsItWas() {
        api.ok("POST", "/api/v1/namespaces/default/serviceaccounts", "metadata: {name: robot}");

        ObjectNode last = api.ok("DELETE", "/api/v1/namespaces/default/serviceaccounts/robot", "");

        assertThat(last.path("kind").asText()).isEqualTo("ServiceAccount");
        assertThat(last.path("metadata").has("deletionTimestamp")).isFalse();
    }

    @Test
    void finalizersHoldAnObjectUntilTheLastIsRemoved() {
        api.ok("POST", MAPS, "metadata: {name: a, finalizers: [example.com/one, example.com/two]}");

        ObjectNode marked = api.ok("DELETE", MAPS + "/a", "");
        assertThat(marked.path("metadata").has("deletionTimestamp")).isTrue();

        JsonNode refusal = api.refused(
                422,
                api.patch(
                        MAPS + "/a",
                        "application/merge-patch+json",
                        "{\"metadata\":{\"finalizers\":[\"example.com/three\"]}}"));
        assertThat(refusal.path("message").asText())
                .contains("no new finalizers can be added if the object is being deleted");
        api.ok(api.patch(
                MAPS + "/a", "application/merge-patch+json", "{\"metadata\":{\"finalizers\":[\"example.com/two\"]}}"));
        api.get(MAPS + "/a");
        api.ok(api.patch(MAPS + "/a", "application/merge-patch+json", "{\"metadata\":{\"finalizers\":null}}"));
        api.refused(404, api.call("GET", MAPS + "/a", ""));
    }

    @Test
    void preconditionsMustHold() {
        ObjectNode created = api.ok("POST", MAPS, TestApi.configMap("a", "b"));

        JsonNode refusal = api.refused(409, api.call("DELETE", MAPS + "/a", "{\"preconditions\":{\"uid\":\"other\"}}"));
        assertThat(refusal.path("message").asText())
                .isEqualTo(
                        "Operation cannot be fulfilled on configmaps \"a\": Precondition failed: UID in precondition: other,"
                                + " UID in object meta: "
                                + created.path("metadata").path("uid").asText());
        api.refused(409, api.call("DELETE", MAPS + "/a", "{\"preconditions\":{\"resourceVersion\":\"1\"}}"));
        api.ok(
                "DELETE",
                MAPS + "/a",
                "{\"preconditions\":{\"uid\":\""
                        + created.path("metadata").path("uid").asText() + "\"}}");
    }

    @Test
    void thePropagationPolicySetsTheCollectorsFinalizers() {
        api.ok("POST", MAPS, TestApi.configMap("a", "b"));
        api.ok("POST", MAPS, TestApi.configMap("c", "d"));

        ObjectNode foreground = api.ok("DELETE", MAPS + "/a?propagationPolicy=Foreground", "");
        ObjectNode orphan = api.ok("DELETE", MAPS + "/c", "{\"propagationPolicy\":\"Orphan\"}");

        assertThat(foreground.path("metadata").path("finalizers").path(0).asText())
                .isEqualTo("foregroundDeletion");
        assertThat(orphan.path("metadata").path("finalizers").path(0).asText()).isEqualTo("orphan");
        api.refused(422, api.call("DELETE", MAPS + "/c?propagationPolicy=Maybe", ""));
    }

    @Test
    void aScheduledPodStaysUntilItsNodeHasStoppedIt() {
        api.ok("POST", PODS, "metadata: {name: p}\nspec: {nodeName: n1, containers: [{name: c, image: x}]}");

        ObjectNode marked = api.ok("DELETE", PODS + "/p", "");
        assertThat(marked.path("metadata").path("deletionGracePeriodSeconds").asInt())
                .isEqualTo(30);
        ObjectNode again = api.ok("DELETE", PODS + "/p?gracePeriodSeconds=5", "");
        assertThat(again.path("metadata").path("deletionGracePeriodSeconds").asInt())
                .isEqualTo(5);
        ObjectNode longer = api.ok("DELETE", PODS + "/p?gracePeriodSeconds=50", "");
        assertThat(longer.path("metadata").path("deletionGracePeriodSeconds").asInt())
                .isEqualTo(5);

        api.ok("DELETE", PODS + "/p", "{\"gracePeriodSeconds\":0}");
        api.refused(404, api.call("GET", PODS + "/p", ""));
    }

    @Test
    void aPodWithoutANodeGoesAtOnce() {
        api.ok("POST", PODS, "metadata: {name: p}\nspec: {containers: [{name: c, image: x}]}");

        api.ok("DELETE", PODS + "/p", "");

        api.refused(404, api.call("GET", PODS + "/p", ""));
    }

    @Test
    void bindingHappensOnce() {
        api.ok("POST", PODS, "metadata: {name: p}\nspec: {containers: [{name: c, image: x}]}");
        String binding = "{\"metadata\":{\"name\":\"p\"},\"target\":{\"kind\":\"Node\",\"name\":\"n1\"}}";

        api.ok("POST", PODS + "/p/binding", binding);

        assertThat(api.get(PODS + "/p").path("spec").path("nodeName").asText()).isEqualTo("n1");
        assertThat(api.refused(409, api.call("POST", PODS + "/p/binding", binding))
                        .path("message")
                        .asText())
                .contains("pod p is already assigned to node \"n1\"");
    }

    private static final String READY =
            "{\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}";

    @Test
    void evictionRespectsTheDisruptionBudget() {
        api.ok(
                "POST",
                PODS,
                "metadata: {name: p, labels: {a: b}}\nspec: {nodeName: n, containers: [{name: c, image: x}]}");
        api.ok(api.patch(PODS + "/p/status", "application/merge-patch+json", READY));
        api.ok("POST", "/apis/policy/v1/namespaces/default/poddisruptionbudgets", """
                metadata: {name: b}
                spec: {minAvailable: 1, selector: {matchLabels: {a: b}}}
                """);
        String budget = "/apis/policy/v1/namespaces/default/poddisruptionbudgets/b/status";

        JsonNode refusal = api.refused(429, api.call("POST", PODS + "/p/eviction", "{}"));
        assertThat(refusal.path("message").asText())
                .isEqualTo("Cannot evict pod as it would violate the pod's disruption budget.");
        api.ok(
                api.patch(
                        budget,
                        "application/merge-patch+json",
                        "{\"status\":{\"observedGeneration\":1,\"disruptionsAllowed\":1,\"currentHealthy\":2,\"desiredHealthy\":1,\"expectedPods\":2}}"));
        api.ok("POST", PODS + "/p/eviction", "{}");

        assertThat(api.get(PODS + "/p").path("metadata").has("deletionTimestamp"))
                .isTrue();

        api.ok(
                "POST",
                PODS,
                "metadata: {name: r, labels: {a: b}}\nspec: {nodeName: n, containers: [{name: c, image: x}]}");
        api.ok(api.patch(PODS + "/r/status", "application/merge-patch+json", READY));
        api.refused(429, api.call("POST", PODS + "/r/eviction", "{}"));

        api.ok(api.patch(PODS + "/r/status", "application/merge-patch+json", READY.replace("True", "False")));
        api.ok("POST", PODS + "/r/eviction", "{}"); // the budget is kept without a pod that is not ready
    }

    @Test
    void deletesACollectionBySelector() {
        api.ok("POST", MAPS, "metadata: {name: a, labels: {x: y}}");
        api.ok("POST", MAPS, "metadata: {name: b, labels: {x: y}}");
        api.ok("POST", MAPS, "metadata: {name: c}");

        ObjectNode deleted = api.ok("DELETE", MAPS + "?labelSelector=x%3Dy", "");

        assertThat(deleted.path("items")).hasSize(2);
        assertThat(api.get(MAPS).path("items")).hasSize(1);
    }

    @Test
    void aNamespaceWaitsToBeFinalized() {
        api.ok("POST", "/api/v1/namespaces", "metadata: {name: ns1}");

        ObjectNode terminating = api.ok("DELETE", "/api/v1/namespaces/ns1", "");
        assertThat(terminating.path("status").path("phase").asText()).isEqualTo("Terminating");
        api.refused(403, api.call("POST", "/api/v1/namespaces/ns1/configmaps", TestApi.configMap("a", "b")));

        terminating.withObjectProperty("spec").putArray("finalizers");
        api.ok("PUT", "/api/v1/namespaces/ns1/finalize", terminating.toString());
        api.refused(404, api.call("GET", "/api/v1/namespaces/ns1", ""));
    }

    @Test
    void deletesNothingForABodyThatIsNoDeleteOptions() {
        api.ok("POST", MAPS, TestApi.configMap("kept", "x"));

        JsonNode kind = api.refused(400, api.call("DELETE", MAPS + "/kept", "{\"kind\": \"ConfigMap\"}"));
        JsonNode both = api.refused(
                422,
                api.call("DELETE", MAPS + "/kept", "{\"propagationPolicy\": \"Orphan\", \"orphanDependents\": true}"));

        assertThat(kind.path("message").asText()).startsWith("decoded object cannot be converted to DeleteOptions");
        assertThat(both.path("message").asText())
                .contains("orphanDependents and deletionPropagation cannot be both set");
        api.get(MAPS + "/kept");
        api.ok("DELETE", MAPS + "/kept?gracePeriodSeconds=-1", "");
    }

    @Test
    void collectionsAreNeitherReplacedNorPatched() {
        api.refused(405, api.call("PUT", MAPS, TestApi.configMap("a", "x")));
        api.refused(405, api.patch(MAPS, "application/merge-patch+json", "{}"));
    }

    @Test
    void prettyAnswersLookAsGoWritesThem() {
        api.ok("POST", MAPS, "{\"metadata\": {\"name\": \"a\", \"finalizers\": [\"x.io/y\"]}, \"data\": {}}");

        String text = api.call("GET", MAPS + "/a?pretty=true", "").text();

        assertThat(text)
                .contains(
                        "  \"kind\": \"ConfigMap\",\n",
                        "    \"finalizers\": [\n      \"x.io/y\"\n    ]",
                        "\"data\": {}");
    }
}
