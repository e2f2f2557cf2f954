package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.audit.AuditPolicy;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit log in the form of kube-apiserver's. */
class AuditTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String POLICY = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitManagedFields: true
            rules:
            - level: None
              nonResourceURLs: ["/healthz*", /version]
            - level: None
              users: ["quiet"]
            - level: Metadata
              omitStages: [RequestReceived]
              resources: [{group: "", resources: [secrets, serviceaccounts/token]}]
            - level: RequestResponse
              omitStages: [RequestReceived]
              verbs: [create, update, patch]
              resources: [{group: "", resources: [configmaps, pods]}]
            - level: Request
              verbs: [watch]
            - level: Metadata
              omitStages: [RequestReceived]
            """;

    @TempDir
    Path directory;

    private final List<ObjectNode> events = new CopyOnWriteArrayList<>();
    private TestApi api;

    @AfterEach
    void stop() {
        api.close();
    }

    private void start(AuditPolicy policy) {
        api = new TestApi(directory, policy, line -> events.add(Json.parseObject(line)));
    }

    private ObjectNode only() {
        assertThat(events).hasSize(1);
        ObjectNode event = events.getFirst();
        events.clear();
        return event;
    }

    @Test
    void anEventSaysWhoDidWhat() {
        start(AuditPolicy.standard());
        FakeExchange answered = api.call("POST", MAPS + "?fieldManager=x", TestApi.configMap("a", "b"));
        api.ok(answered);

        ObjectNode event = only();
        assertThat(event.path("auditID").asText())
                .isEqualTo(answered.answered("Audit-Id").getFirst());
        assertThat(event.path("requestReceivedTimestamp").asText())
                .matches("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
        event.remove(List.of("auditID", "requestReceivedTimestamp", "stageTimestamp", "sourceIPs"));
        assertThat(event).isEqualTo(TestApi.yaml("""
                kind: Event
                apiVersion: audit.k8s.io/v1
                level: Metadata
                stage: ResponseComplete
                requestURI: /api/v1/namespaces/default/configmaps?fieldManager=x
                verb: create
                user: {username: admin, groups: ["system:masters", "system:authenticated"]}
                objectRef: {resource: configmaps, namespace: default, name: a, apiVersion: v1}
                responseStatus: {metadata: {}, code: 201}
                annotations: {authorization.k8s.io/decision: allow, authorization.k8s.io/reason: "", kantoku.io/cluster: one}
                """));
    }

    @Test
    void refusalsAndImpersonationAreThere() {
        start(AuditPolicy.standard());
        api.refused(
                403, api.send(TestApi.ONE, api.request("GET", MAPS + "/a", "").header("Impersonate-User", "jane")));
        ObjectNode event = only();
        assertThat(event.at("/user/username").asText()).isEqualTo("admin");
        assertThat(event.at("/impersonatedUser/username").asText()).isEqualTo("jane");
        assertThat(event.at("/responseStatus/reason").asText()).isEqualTo("Forbidden");
        assertThat(event.at("/responseStatus/message").asText()).contains("User \"jane\" cannot get");
        assertThat(event.at("/annotations/authorization.k8s.io~1decision").asText())
                .isEqualTo("forbid");
    }

    @Test
    void requestsOfUnknownSendersAreThere() {
        start(AuditPolicy.standard());
        api.refused(
                401,
                api.send(
                        TestApi.ONE,
                        api.request("GET", MAPS + "/a", "").header("Authorization", "Bearer not.a.token")));
        ObjectNode event = only();
        assertThat(event.at("/user/username").asText()).isEqualTo("system:anonymous");
        assertThat(event.at("/objectRef/name").asText()).isEqualTo("a");
        assertThat(event.at("/responseStatus/reason").asText()).isEqualTo("Unauthorized");
    }

    @Test
    void aPolicySaysHowMuchIsKept() throws Exception {
        start(AuditPolicy.parse(POLICY));
        api.get("/version");
        api.call("GET", MAPS, "");
        assertThat(only().path("level").asText()).isEqualTo("Metadata");
        api.send(TestApi.ONE, api.request("GET", MAPS, "").header("Authorization", "Bearer quiet"));
        assertThat(events).isEmpty();

        api.ok("POST", MAPS, TestApi.configMap("a", "b"));
        ObjectNode created = only();
        assertThat(created.at("/requestObject/data/key").asText()).isEqualTo("b");
        assertThat(created.at("/responseObject/metadata/uid").asText()).isNotEmpty();
        assertThat(created.at("/responseObject/metadata/managedFields").isMissingNode())
                .isTrue();
        api.ok("POST", "/api/v1/namespaces/default/secrets", "metadata: {name: s}\nstringData: {a: secret}");
        assertThat(only().toString()).doesNotContain("secret}");

        FakeExchange watch = api.watch(MAPS + "?watch=1");
        TestApi.event(watch);
        assertThat(events)
                .extracting(event -> event.path("stage").asText())
                .containsExactly("RequestReceived", "ResponseStarted");
    }

    @Test
    void admissionAnnotates() {
        start(AuditPolicy.standard());
        try (TestWebhook webhook = new TestWebhook().on("/v", (request, response) -> {
            response.put("allowed", true);
            response.putObject("auditAnnotations").put("looked", "twice");
        })) {
            String registration = "/apis/admissionregistration.k8s.io/v1/";
            api.ok("POST", registration + "validatingwebhookconfigurations", """
                    metadata: {name: v}
                    webhooks:
                    - name: v.example.com
                      clientConfig: %s
                      admissionReviewVersions: [v1]
                      sideEffects: None
                      rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
                    """.formatted(webhook.config("/v")));
            api.ok("POST", registration + "validatingadmissionpolicies", """
                    metadata: {name: p}
                    spec:
                      matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]}
                      validations: [{expression: "'x' in object.data", message: wants x}]
                      auditAnnotations: [{key: who, valueExpression: "'made by ' + request.userInfo.username"}]
                    """);
            api.ok("POST", registration + "validatingadmissionpolicybindings", """
                    metadata: {name: b}
                    spec: {policyName: p, validationActions: [Audit]}
                    """);
            events.clear();
            api.ok("POST", MAPS, TestApi.configMap("a", "b"));
            ObjectNode annotations = only().withObjectProperty("annotations");
            assertThat(annotations.path("v.example.com/looked").asText()).isEqualTo("twice");
            assertThat(annotations.path("p/who").asText()).isEqualTo("made by admin");
            assertThat(annotations
                            .path("validation.policy.admission.k8s.io/validation_failure")
                            .asText())
                    .isEqualTo(
                            "[{\"message\":\"wants x\",\"policy\":\"p\",\"binding\":\"b\",\"expressionIndex\":\"0\",\"validationActions\":[\"Audit\"]}]");
        }
    }

    @Test
    void whatMutatingWebhooksChangedIsThere() {
        start(AuditPolicy.parse(POLICY));
        try (TestWebhook webhook = new TestWebhook().on("/m", (request, response) -> {
            response.put("allowed", true);
            response.put("patchType", "JSONPatch");
            response.put(
                    "patch",
                    Base64.getEncoder()
                            .encodeToString("[{\"op\":\"add\",\"path\":\"/data/more\",\"value\":\"eWVz\"}]"
                                    .getBytes(StandardCharsets.UTF_8)));
        })) {
            api.ok("POST", "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", """
                    metadata: {name: m}
                    webhooks:
                    - &hook
                      name: gone.example.com
                      failurePolicy: Ignore
                      clientConfig: {url: "https://127.0.0.1:1/none"}
                      admissionReviewVersions: [v1]
                      sideEffects: None
                      rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps, secrets]}]
                    - <<: *hook
                      name: m.example.com
                      clientConfig: %s
                    """.formatted(
                            webhook.config("/m")));
            events.clear();
            api.ok("POST", MAPS, TestApi.configMap("a", "b"));
            ObjectNode annotations = only().withObjectProperty("annotations");
            annotations.remove(
                    List.of("authorization.k8s.io/decision", "authorization.k8s.io/reason", "kantoku.io/cluster"));
            assertThat(annotations)
                    .isEqualTo(
                            Json.object()
                                    .put(
                                            "failed-open.mutation.webhook.admission.k8s.io/round_0_index_0",
                                            "gone.example.com")
                                    .put(
                                            "mutation.webhook.admission.k8s.io/round_0_index_0",
                                            "{\"configuration\":\"m\",\"webhook\":\"gone.example.com\",\"mutated\":false}")
                                    .put(
                                            "mutation.webhook.admission.k8s.io/round_0_index_1",
                                            "{\"configuration\":\"m\",\"webhook\":\"m.example.com\",\"mutated\":true}")
                                    .put(
                                            "patch.webhook.admission.k8s.io/round_0_index_1",
                                            "{\"configuration\":\"m\",\"webhook\":\"m.example.com\",\"patch\":[{\"op\":\"add\",\"path\":\"/data/more\",\"value\":\"eWVz\"}],\"patchType\":\"JSONPatch\"}"));

            // What a Secret's patch contains is no business of the log, which keeps its metadata.
            api.ok("POST", "/api/v1/namespaces/default/secrets", "metadata: {name: s}\ndata: {a: eA==}");
            assertThat(only().path("annotations").toString())
                    .contains("m.example.com")
                    .doesNotContain("patch.webhook");
        }
    }

    @Test
    void refusesWhatIsNoPolicy() {
        start(AuditPolicy.standard());
        assertThatThrownBy(
                        () -> AuditPolicy.parse("{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Much}]}"))
                .hasMessageContaining("None, Metadata, Request and RequestResponse are");
        assertThatThrownBy(() -> AuditPolicy.parse("{apiVersion: v1, kind: Policy, rules: [{level: None}]}"))
                .hasMessageContaining("audit.k8s.io/v1");
    }
}
