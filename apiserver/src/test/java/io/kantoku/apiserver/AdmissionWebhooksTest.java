package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mutating and validating webhooks over HTTPS. */
class AdmissionWebhooksTest {
    private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String MERGE = "application/merge-patch+json";

    @TempDir
    Path directory;

    private TestApi api;
    private TestWebhook webhook;

    @BeforeEach
    void start() {
        api = new TestApi(directory);
        webhook = new TestWebhook();
    }

    @AfterEach
    void stop() {
        api.close();
        webhook.close();
    }

    private void configure(String kind, String name, String... webhooks) {
        String plural = kind.toLowerCase(java.util.Locale.ROOT) + "webhookconfigurations";
        api.ok("POST", GROUP + plural, "metadata: {name: " + name + "}\nwebhooks:\n" + String.join("\n", webhooks));
    }

    /** A webhook for configmaps at a path, with further fields. */
    private String on(String path, String more) {
        return """
                - {name: %s.example.com, admissionReviewVersions: [v1], sideEffects: None, clientConfig: %s,
                   rules: [{operations: ['*'], apiGroups: [''], apiVersions: [v1], resources: [configmaps]}]%s}""".formatted(path.substring(1), webhook.config(path), more.isEmpty() ? "" : ", " + more);
    }

    private static void patch(ObjectNode response, String patch) {
        response.put("allowed", true)
                .put("patchType", "JSONPatch")
                .put("patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));
    }

    private String message(int code, FakeExchange answered) {
        return api.refused(code, answered).path("message").asText();
    }

    @Test
    void nobodyGetsAroundARuleByTheOtherNameOfAResource() {
        List<String> seen = new CopyOnWriteArrayList<>();
        webhook.on("/a", (request, response) -> {
            seen.add(request.at("/kind/group").asText() + " "
                    + request.at("/object/note").asText());
            response.put("allowed", false);
        });
        configure(
                "Validating",
                "a",
                on("/a", "")
                        .replace("apiGroups: ['']", "apiGroups: [events.k8s.io]")
                        .replace("configmaps", "events"));
        api.refused(400, api.call("POST", "/api/v1/namespaces/default/events", """
                metadata: {name: e}
                involvedObject: {kind: Pod, name: web, namespace: default}
                message: Started"""));
        assertThat(seen).containsExactly("events.k8s.io Started");
    }

    @Test
    void mutatingOnesRunByNameAndSeeWhatEarlierOnesDid() {
        List<String> order = new CopyOnWriteArrayList<>();
        webhook.on("/b", (request, response) -> {
            order.add("b saw " + request.path("object").path("data").path("by").asText());
            patch(response, "[{\"op\":\"add\",\"path\":\"/data/last\",\"value\":\"b\"}]");
        });
        webhook.on("/a", (request, response) -> {
            order.add("a");
            patch(response, "[{\"op\":\"add\",\"path\":\"/data/by\",\"value\":\"a\"}]");
        });
        configure("Mutating", "second", on("/b", ""));
        configure("Mutating", "first", on("/a", ""));

        ObjectNode made = api.ok("POST", MAPS, "metadata: {name: m}\ndata: {k: v}");

        assertThat(made.path("data")).isEqualTo(TestApi.yaml("{k: v, by: a, last: b}"));
        assertThat(order).containsExactly("a", "b saw a");
    }

    @Test
    void theyAreToldWhatIsDone() {
        webhook.on("/v", (request, response) -> response.put("allowed", true));
        configure("Validating", "v", on("/v", ""));

        api.ok("POST", MAPS + "?dryRun=All", "metadata: {name: m}\ndata: {k: v}");
        api.ok("POST", MAPS, "metadata: {name: m}\ndata: {k: v}");
        api.ok(api.patch(MAPS + "/m", MERGE, "{\"data\":{\"k\":\"w\"}}"));
        api.ok("DELETE", MAPS + "/m", "");

        List<String> told = new ArrayList<>();
        for (ObjectNode request : webhook.requests()) {
            told.add(request.path("operation").asText() + " "
                    + request.path("object").path("data").path("k").asText("-") + " "
                    + request.path("oldObject").path("data").path("k").asText("-") + " "
                    + request.path("dryRun").asBoolean());
        }
        assertThat(told).containsExactly("CREATE v - true", "CREATE v - false", "UPDATE w v false", "DELETE - w false");
        JsonNode first = webhook.requests().getFirst();
        assertThat(first.path("kind")).isEqualTo(TestApi.yaml("{group: '', version: v1, kind: ConfigMap}"));
        assertThat(first.path("requestResource"))
                .isEqualTo(TestApi.yaml("{group: '', version: v1, resource: configmaps}"));
        assertThat(first.path("userInfo").path("username").asText()).isEqualTo("admin");
        assertThat(first.path("options").path("kind").asText()).isEqualTo("CreateOptions");
        assertThat(first.path("namespace").asText()).isEqualTo("default");
    }

    @Test
    void refusalsAndWarningsReachTheClient() {
        webhook.on("/no", (request, response) -> {
            response.put("allowed", false);
            response.putObject("status")
                    .put("message", "not here")
                    .put("code", 403)
                    .put("reason", "Forbidden");
            response.putArray("warnings").add("be careful");
        });
        configure("Validating", "v", on("/no", ""));

        FakeExchange refused = api.call("POST", MAPS, "metadata: {name: m}");
        assertThat(message(403, refused))
                .isEqualTo("admission webhook \"no.example.com\" denied the request: not here");
        webhook.on("/no", (request, response) -> {
            response.put("allowed", true);
            response.putArray("warnings").add("be careful");
        });
        assertThat(api.call("POST", MAPS, "metadata: {name: m}").answered("Warning"))
                .containsExactly("299 - \"be careful\"");
        webhook.on("/no", (request, response) -> response.put("allowed", false));
        assertThat(message(400, api.call("DELETE", MAPS + "/m", "")))
                .isEqualTo("admission webhook \"no.example.com\" denied the request without explanation");
    }

    @Test
    void failuresFollowTheFailurePolicy() {
        webhook.raw("/odd", exchange -> exchange.respond(200, "application/json", new byte[] {'{', '}'}));
        configure("Validating", "strict", on("/odd", ""));
        assertThat(message(500, api.call("POST", MAPS, "metadata: {name: m}")))
                .isEqualTo(
                        "Internal error occurred: failed calling webhook \"odd.example.com\": webhook response was absent");
        webhook.raw("/odd", exchange -> exchange.respond(503, "text/plain", new byte[0]));
        assertThat(message(500, api.call("POST", MAPS, "metadata: {name: m}"))).contains("status 503");
        webhook.on("/odd", (request, response) -> response.put("allowed", true).put("uid", "other"));
        assertThat(message(500, api.call("POST", MAPS, "metadata: {name: m}"))).contains("expected response.uid=");
        api.ok("DELETE", GROUP + "validatingwebhookconfigurations/strict", "");

        configure("Validating", "lax", on("/odd", "failurePolicy: Ignore"));
        configure("Mutating", "lax", on("/missing", "failurePolicy: Ignore"));
        api.ok("POST", MAPS, "metadata: {name: m}");
    }

    @Test
    void slowOnesAreNotWaitedFor() {
        webhook.raw("/slow", exchange -> {
            try {
                Thread.sleep(20_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        configure("Validating", "v", on("/slow", "timeoutSeconds: 1"));
        long begin = System.nanoTime();
        assertThat(message(500, api.call("POST", MAPS, "metadata: {name: m}")))
                .contains("failed calling webhook \"slow.example.com\"");
        assertThat(System.nanoTime() - begin).isLessThan(15_000_000_000L);
    }

    @Test
    void reinvocationShowsWhatCameLater() {
        List<String> saw = new CopyOnWriteArrayList<>();
        webhook.on("/a", (request, response) -> {
            saw.add("a" + request.path("object").path("data").size());
            response.put("allowed", true);
        });
        webhook.on("/b", (request, response) -> {
            saw.add("b");
            patch(response, "[{\"op\":\"add\",\"path\":\"/data/b\",\"value\":\"b\"}]");
        });
        configure("Mutating", "a", on("/a", "reinvocationPolicy: IfNeeded"), on("/b", ""));

        api.ok("POST", MAPS, "metadata: {name: m}\ndata: {k: v}");

        assertThat(saw).containsExactly("a1", "b", "a2");
    }

    @Test
    void selectorsScopesAndConditionsChoose() {
        webhook.on("/v", (request, response) -> response.put("allowed", false));
        configure("Validating", "v", """
                - {name: v.example.com, admissionReviewVersions: [v1], sideEffects: None, clientConfig: %s,
                   rules: [{operations: [CREATE, UPDATE], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], scope: Namespaced}],
                   namespaceSelector: {matchLabels: {team: a}}, objectSelector: {matchExpressions: [{key: skip, operator: DoesNotExist}]},
                   matchConditions: [{name: not-admin, expression: "request.userInfo.username != 'root'"}, {name: data, expression: 'has(object.data) && object.data.k == "v"'}]}""".formatted(webhook.config("/v")));
        api.ok("POST", "/api/v1/namespaces", "metadata: {name: a, labels: {team: a}}");

        api.ok("POST", MAPS, "metadata: {name: m}\ndata: {k: v}");
        String inside = "/api/v1/namespaces/a/configmaps";
        api.refused(400, api.call("POST", inside, "metadata: {name: m}\ndata: {k: v}"));
        api.ok("POST", inside, "metadata: {name: m, labels: {skip: x}}\ndata: {k: v}");
        api.ok("POST", inside, "metadata: {name: o}\ndata: {k: w}");
        assertThat(message(403, api.call("POST", inside, "metadata: {name: p}\ndata: {j: w}")))
                .contains("expression 'has(object.data) && object.data.k == \"v\"' resulted in error: no such key: k");
        api.ok("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", "metadata: {name: c}\nrules: []");
    }

    @Test
    void equivalentVersionsAreShownAsTheyAskFor() {
        api.ok("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", CustomResourcesTest.WIDGETS);
        webhook.on("/v", (request, response) -> response.put("allowed", true));
        String rule =
                "rules: [{operations: [CREATE], apiGroups: [example.com], apiVersions: [v1beta1], resources: [widgets]}]";
        configure("Validating", "v", on("/v", "").replaceAll("rules: \\[\\{[^]]*][^]]*][^]]*][^]]*][^]]*]", rule));

        api.ok("POST", "/apis/example.com/v1/namespaces/default/widgets", CustomResourcesTest.WIDGET);

        JsonNode request = webhook.requests().getFirst();
        assertThat(request.path("kind").path("version").asText()).isEqualTo("v1beta1");
        assertThat(request.path("requestKind").path("version").asText()).isEqualTo("v1");
        assertThat(request.path("object").path("apiVersion").asText()).isEqualTo("example.com/v1beta1");
    }

    @Test
    void whatIsPostedToSubresourcesAndConnectionsIsAskedAbout() {
        webhook.on("/v", (request, response) -> response.put("allowed", false));
        configure("Validating", "v", """
                - {name: v.example.com, admissionReviewVersions: [v1], sideEffects: None, clientConfig: %s,
                   rules: [{operations: [CREATE, CONNECT], apiGroups: [''], apiVersions: [v1], resources: [pods/eviction, pods/exec]}]}""".formatted(webhook.config("/v")));
        api.ok("POST", "/api/v1/namespaces/default/serviceaccounts", "metadata: {name: default}");
        api.ok(
                "POST",
                "/api/v1/namespaces/default/pods",
                "metadata: {name: p}\nspec: {containers: [{name: c, image: i}]}");

        api.refused(400, api.call("POST", "/api/v1/namespaces/default/pods/p/eviction", """
                {"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p"}}"""));
        api.refused(400, api.call("GET", "/api/v1/namespaces/default/pods/p/exec?command=ls&command=-l&stdout=1", ""));
        assertThat(webhook.requests().get(0).path("kind").path("kind").asText()).isEqualTo("Eviction");
        JsonNode exec = webhook.requests().get(1);
        assertThat(exec.path("operation").asText()).isEqualTo("CONNECT");
        assertThat(exec.path("object").path("command").path(1).asText()).isEqualTo("-l");
        assertThat(exec.path("object").path("kind").asText()).isEqualTo("PodExecOptions");
    }

    @Test
    void changesToWhatAWebhookMayNotTouchAreDropped() {
        webhook.on(
                "/m",
                (request, response) -> patch(
                        response,
                        "[{\"op\":\"add\",\"path\":\"/metadata/namespace\",\"value\":\"kube-system\"},"
                                + "{\"op\":\"add\",\"path\":\"/metadata/uid\",\"value\":\"x\"},"
                                + "{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"a\":\"b\"}}]"));
        configure("Mutating", "m", on("/m", ""));

        ObjectNode made = api.ok("POST", MAPS, "metadata: {name: m}");
        assertThat(made.path("metadata").path("namespace").asText()).isEqualTo("default");
        assertThat(made.path("metadata").path("uid").asText()).isNotEqualTo("x");
        assertThat(made.path("metadata").path("labels").path("a").asText()).isEqualTo("b");
    }

    @Test
    void configurationsThatNameNoPlaceAreRefused() {
        String wrong = "{url: 'http://127.0.0.1/x', service: {namespace: a, name: b}}";
        assertThat(message(422, api.call("POST", GROUP + "validatingwebhookconfigurations", """
                metadata: {name: v}
                webhooks: [{name: v.example.com, admissionReviewVersions: [v1], sideEffects: None, clientConfig: %s}]""".formatted(wrong))))
                .contains("exactly one of url or service is required");
        assertThat(message(422, api.call("POST", GROUP + "validatingwebhookconfigurations", """
                metadata: {name: v}
                webhooks: [{name: v.example.com, admissionReviewVersions: [v1], sideEffects: None, clientConfig: {url: 'http://u:p@127.0.0.1/x?q#f'},
                  matchConditions: [{name: c, expression: 'object.'}]}]""")))
                .contains("'https' is the only allowed URL scheme")
                .contains("user information is not permitted")
                .contains("fragments are not permitted")
                .contains("query parameters are not permitted")
                .contains("webhooks[0].matchConditions[0].expression: Invalid value");
    }
}
