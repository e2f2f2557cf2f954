package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apiserver.webhook.AddressPolicy;
import io.kantoku.apiserver.webhook.ServiceDialler;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A test for each class of weakness that API servers of this kind have had; the comments name upstream's cases. */
class RequestDefencesTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String MERGE = "application/merge-patch+json";
    private static final String JSON_PATCH = "application/json-patch+json";

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

    private FakeExchange as(String user, FakeExchange request) {
        return api.send(TestApi.ONE, request.header("Authorization", "Bearer " + user));
    }

    private void allow(String user, String rules) {
        api.ok(
                "POST",
                "/apis/rbac.authorization.k8s.io/v1/clusterroles",
                "metadata: {name: " + user + "}\nrules: " + rules);
        api.ok("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
                metadata: {name: %s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %s}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: %s}]""".formatted(user, user, user));
    }

    /** CVE-2019-11247: a cluster-scoped custom resource must not be reachable by the path of a namespace. */
    @Test
    void pathConfusionBetweenNamespacedAndClusterScopedCustomResources() {
        api.ok("POST", DEFINITIONS, CustomResourcesTest.WIDGETS.replace("scope: Namespaced", "scope: Cluster"));
        api.ok("POST", "/apis/example.com/v1/widgets", CustomResourcesTest.WIDGET);
        api.ok("POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles", """
                metadata: {name: all}
                rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]""");
        api.ok("POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", """
                metadata: {name: bob}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: all}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: bob}]""");

        api.refused(404, as("bob", api.request("GET", "/apis/example.com/v1/namespaces/default/widgets/w", "")));
        api.refused(404, as("bob", api.request("DELETE", "/apis/example.com/v1/namespaces/default/widgets/w", "")));
        api.refused(403, as("bob", api.request("GET", "/apis/example.com/v1/widgets/w", "")));
    }

    /** What is authorized is what is served: encoded slashes, dots and empty segments name nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/namespaces/default%2fconfigmaps",
                "/api/v1/namespaces/default/configmaps/..%2f..%2fkube-system%2fconfigmaps%2fx",
                "/api/v1/namespaces/../secrets",
                "/api/v1/namespaces/default/configmaps/%2e%2e",
                "/api/v1/namespaces/default/configmaps/a%00b",
                "/api/v1/namespaces/default/configmaps/a%5cb"
            })
    void pathsThatCouldBeReadTwoWaysAreRefused(String path) {
        assertThat(api.call("GET", path, "").status()).isIn(400, 404);
    }

    /** The right to an object is no right to its subresources, nor the reverse (CVE-2018-1002105's neighbours). */
    @Test
    void subresourceRightsAreRightsOfTheirOwn() {
        allow("bob", "[{apiGroups: [''], resources: [pods], verbs: [get, create, update, patch]}]");
        api.ok("POST", "/api/v1/namespaces/default/serviceaccounts", "metadata: {name: default}");
        api.ok(
                "POST",
                "/api/v1/namespaces/default/pods",
                "metadata: {name: p}\nspec: {containers: [{name: c, image: i}]}");

        api.ok(as("bob", api.request("GET", "/api/v1/namespaces/default/pods/p", "")));
        for (String subresource :
                new String[] {"status", "log", "exec", "attach", "portforward", "proxy", "ephemeralcontainers"}) {
            api.refused(403, as("bob", api.request("GET", "/api/v1/namespaces/default/pods/p/" + subresource, "")));
        }
        api.refused(403, as("bob", api.request("POST", "/api/v1/namespaces/default/pods/p/eviction", "{}")));
        api.refused(
                403, as("bob", api.request("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", "{}")));
    }

    /** A status written with the object, or an object with its status, changes only what its path names. */
    @Test
    void partsOfAnObjectAreNotWrittenThroughAnother() {
        api.ok("POST", DEFINITIONS, CustomResourcesTest.WIDGETS);
        String widgets = "/apis/example.com/v1/namespaces/default/widgets";
        api.ok("POST", widgets, CustomResourcesTest.WIDGET);
        api.ok(
                api.patch(
                        widgets + "/w/status",
                        MERGE,
                        "{\"metadata\":{\"labels\":{\"a\":\"b\"},\"finalizers\":[\"x/y\"]},\"spec\":{\"size\":9},\"status\":{\"size\":1}}"));
        ObjectNode widget = api.get(widgets + "/w");
        assertThat(widget.path("spec").path("size").asInt()).isEqualTo(3);
        assertThat(widget.path("metadata").has("labels")).isFalse();
        assertThat(widget.path("metadata").has("finalizers")).isFalse();
    }

    /** Impersonation needs a right for every part of the other identity, and never comes with groups of its own. */
    @Test
    void impersonationNeedsEveryRight() {
        allow("bob", "[{apiGroups: [''], resources: [users], verbs: [impersonate], resourceNames: [ann]}]");
        api.refused(403, as("bob", api.request("GET", "/api/v1/nodes", "").header("Impersonate-User", "root")));
        api.refused(
                403,
                as(
                        "bob",
                        api.request("GET", "/api/v1/nodes", "")
                                .header("Impersonate-User", "ann")
                                .header("Impersonate-Group", "system:masters")));
        api.refused(
                403,
                as(
                        "bob",
                        api.request("GET", "/api/v1/nodes", "")
                                .header("Impersonate-User", "ann")
                                .header("Impersonate-Uid", "1")));
        api.refused(
                403,
                as(
                        "bob",
                        api.request("GET", "/api/v1/nodes", "")
                                .header("Impersonate-User", "ann")
                                .header("Impersonate-Extra-scopes", "all")));
        JsonNode groupsAlone = api.refused(
                400,
                api.send(TestApi.ONE, api.request("GET", "/api/v1/nodes", "").header("Impersonate-Group", "x")));
        assertThat(groupsAlone.path("message").asText()).isNotEmpty();
    }

    /** Headers of a front proxy mean nothing when a client sends them. */
    @Test
    void remoteUserHeadersOfClientsAreIgnored() {
        FakeExchange request = api.request("GET", "/api/v1/namespaces/default/secrets", "")
                .header("X-Remote-User", "admin")
                .header("X-Remote-Group", "system:masters");
        JsonNode refusal = api.refused(403, as("bob", request));
        assertThat(refusal.path("message").asText()).contains("User \"bob\" cannot list");
    }

    /** CVE-2020-8561 and its kind: a webhook must not send the server on, nor to places that only the host reaches. */
    @Test
    void webhooksNeitherRedirectNorNameAddressesOfTheHost() throws Exception {
        AtomicInteger reached = new AtomicInteger();
        try (TestWebhook webhook = new TestWebhook()) {
            webhook.raw("/secret", exchange -> {
                reached.incrementAndGet();
                exchange.respond(200, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
            });
            webhook.raw("/moved", exchange -> {
                exchange.responseHeader("Location", webhook.url("/secret"));
                exchange.respond(307, "", new byte[0]);
            });
            api.ok(
                    "POST",
                    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
                    configuration(webhook.config("/moved")));
            assertThat(api.refused(500, api.call("POST", MAPS, "metadata: {name: m}"))
                            .path("message")
                            .asText())
                    .contains("the server answered with status 307");
            assertThat(reached).hasValue(0);

            try (TestApi guarded =
                    new TestApi(directory.resolve("guarded"), ServiceDialler.NONE, AddressPolicy.otherHosts())) {
                guarded.ok(
                        "POST",
                        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
                        configuration(webhook.config("/secret")));
                assertThat(guarded.refused(500, guarded.call("POST", MAPS, "metadata: {name: m}"))
                                .path("message")
                                .asText())
                        .contains("127.0.0.1 is an address of this server's host, where webhooks may not be");
                assertThat(reached).hasValue(0);
            }
        }
        for (String host : new String[] {"169.254.169.254", "0.0.0.0", "[::]", "[fe80::1]", "224.0.0.1"}) {
            api.ok(api.patch(
                    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/v",
                    JSON_PATCH,
                    "[{\"op\":\"replace\",\"path\":\"/webhooks/0/clientConfig\",\"value\":{\"url\":\"https://" + host
                            + "/x\"}}]"));
            assertThat(api.refused(500, api.call("POST", MAPS, "metadata: {name: m}"))
                            .path("message")
                            .asText())
                    .contains("is not an address that webhooks may have");
        }
    }

    private static String configuration(String client) {
        return """
                metadata: {name: v}
                webhooks: [{name: v.example.com, admissionReviewVersions: [v1], sideEffects: None, clientConfig: %s,
                  rules: [{operations: ['*'], apiGroups: [''], apiVersions: [v1], resources: [configmaps]}]}]""".formatted(client);
    }

    /** A webhook's answer is read up to a bound. */
    @Test
    void endlessAnswersOfWebhooksAreCutOff() {
        try (TestWebhook webhook = new TestWebhook()) {
            webhook.raw("/v", exchange -> {
                byte[] much = new byte[64 * 1024];
                try (var out = exchange.stream(200, "application/json")) {
                    for (int i = 0; i < 200; i++) {
                        out.write(much);
                    }
                }
            });
            api.ok(
                    "POST",
                    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
                    configuration(webhook.config("/v")));
            assertThat(api.refused(500, api.call("POST", MAPS, "metadata: {name: m}"))
                            .path("message")
                            .asText())
                    .contains("the answer is larger than");
        }
    }

    /** CVE-2019-11253: aliases that grow without end. */
    @Test
    void yamlBombsAreRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a").append(i).append(": &a").append(i).append(" [");
            bomb.append(("*a" + (i - 1) + ",").repeat(9))
                    .append("*a")
                    .append(i - 1)
                    .append("]\n");
        }
        assertThat(api.call("POST", MAPS, "metadata: {name: m}\n" + bomb).status())
                .isIn(400, 413);
    }

    @Test
    void deepDocumentsAreRefused() {
        String deep = "{\"metadata\":{\"name\":\"m\"},\"data\":" + "[".repeat(5000) + "]".repeat(5000) + "}";
        assertThat(api.call("POST", MAPS, deep).status()).isEqualTo(400);
    }

    /** CVE-2019-1002100: patches with very many operations, or that double what they copy. */
    @Test
    void patchBombsAreRefused() {
        api.ok("POST", MAPS, "metadata: {name: m}\ndata: {k: v}");
        String operation = "{\"op\":\"add\",\"path\":\"/data/x\",\"value\":\"y\"}";
        api.refused(413, api.patch(MAPS + "/m", JSON_PATCH, "[" + (operation + ",").repeat(10_000) + operation + "]"));
        StringBuilder copies =
                new StringBuilder("[{\"op\":\"add\",\"path\":\"/data/a\",\"value\":\"" + "x".repeat(1000) + "\"}");
        for (int i = 0; i < 60; i++) {
            copies.append(",{\"op\":\"copy\",\"from\":\"/data\",\"path\":\"/data/c")
                    .append(i)
                    .append("\"}");
        }
        assertThat(api.patch(MAPS + "/m", JSON_PATCH, copies + "]").status()).isIn(400, 413, 422);
    }

    @Test
    void largeBodiesAndObjectsAreRefused() {
        String most = "x".repeat(3 << 20);
        api.refused(413, api.call("POST", MAPS, TestApi.configMap("m", most)));
        api.ok(
                "POST",
                DEFINITIONS,
                CustomResourcesTest.WIDGETS.replace("color: {type: string, default: red}", "color: {type: string}"));
        String object =
                "{\"metadata\":{\"name\":\"w\"},\"spec\":{\"size\":1,\"color\":\"" + "x".repeat(1_600_000) + "\"}}";
        api.refused(413, api.call("POST", "/apis/example.com/v1/namespaces/default/widgets", object));
    }

    /** A pattern that backtracks without end must not hold a thread. */
    @Test
    void patternsThatBacktrackAreStopped() {
        api.ok(
                "POST",
                DEFINITIONS,
                CustomResourcesTest.WIDGETS.replace(
                        "color: {type: string, default: red}",
                        "color: {type: string, pattern: '^(([a-z])+.)+[A-Z]([a-z])+$'}"));
        assertThat(api.refused(
                                422,
                                api.call(
                                        "POST",
                                        "/apis/example.com/v1/namespaces/default/widgets",
                                        "{\"metadata\":{\"name\":\"w\"},\"spec\":{\"size\":1,\"color\":\""
                                                + "a".repeat(50_000) + "\"}}"))
                        .path("message")
                        .asText())
                .contains("takes too long to validate");
    }

    /** An expression over a large object stops at its budget, even where || would swallow the error. */
    @Test
    void expressionsThatCostTooMuchAreStopped() {
        api.ok("POST", "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies", """
                metadata: {name: p}
                spec: {matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [configmaps]}]},
                  validations: [{expression: 'object.data.all(a, object.data.all(b, object.data.all(c, object.data.all(d, true)))) || true'}]}""");
        api.ok(
                "POST",
                "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings",
                "metadata: {name: b}\nspec: {policyName: p, validationActions: [Deny]}");
        StringBuilder data = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            data.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":\"v\"");
        }
        assertThat(api.refused(422, api.call("POST", MAPS, "{\"metadata\":{\"name\":\"m\"},\"data\":{" + data + "}}"))
                        .path("message")
                        .asText())
                .contains("cost limit exceeded");
    }
}
