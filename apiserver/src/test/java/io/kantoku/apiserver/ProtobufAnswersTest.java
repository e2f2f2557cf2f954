package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.protobuf.ProtobufBody;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers to clients that ask for protobuf, as Go programs do. */
class ProtobufAnswersTest {
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, labels: {a: b}, annotations: {x: y}}
            spec:
              replicas: 0
              selector: {matchLabels: {app: web}}
              strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: 1}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: c
                    image: nginx
                    resources: {limits: {cpu: 100m, memory: 1Gi}}
                    env: [{name: A, value: b}]
                    securityContext: {runAsNonRoot: false, capabilities: {add: [NET_ADMIN]}}
                    readinessProbe: {httpGet: {port: http, path: /}}
                  volumes: [{name: v, emptyDir: {}}, {name: s, secret: {secretName: s}}]
            """;

    @TempDir
    private Path directory;

    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private FakeExchange protobuf(String target) {
        return api.send(TestApi.ONE, api.request("GET", target, "").header("Accept", ProtobufBody.MEDIA_TYPE));
    }

    @Test
    void objectsAreTheSameInBothForms() {
        api.ok("POST", DEPLOYMENTS, DEPLOYMENT);
        FakeExchange answer = protobuf(DEPLOYMENTS + "/web");
        assertThat(answer.status()).isEqualTo(200);
        ObjectNode read = ProtobufBody.parse(answer.bytes());
        ObjectNode json = api.get(DEPLOYMENTS + "/web");
        json.withObjectProperty("status");
        if (json.path("status").isEmpty()) {
            json.remove("status");
        }
        assertThat(read).isEqualTo(Json.parseObject(Json.bytes(json)));
    }

    @Test
    void listsErrorsAndMetadataToo() {
        api.ok("POST", DEPLOYMENTS, DEPLOYMENT);
        ObjectNode list = ProtobufBody.parse(protobuf(DEPLOYMENTS).bytes());
        assertThat(list.path("kind").asText()).isEqualTo("DeploymentList");
        assertThat(list.at("/items/0/metadata/name").asText()).isEqualTo("web");
        assertThat(list.at("/metadata/resourceVersion").asText()).isNotEmpty();
        FakeExchange missing = protobuf(DEPLOYMENTS + "/nope");
        assertThat(missing.status()).isEqualTo(404);
        ObjectNode status = ProtobufBody.parse(missing.bytes());
        assertThat(status.path("reason").asText()).isEqualTo("NotFound");
        assertThat(status.at("/details/name").asText()).isEqualTo("nope");
        FakeExchange partial = api.send(
                TestApi.ONE,
                api.request("GET", DEPLOYMENTS, "")
                        .header(
                                "Accept",
                                ProtobufBody.MEDIA_TYPE + ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"));
        assertThat(ProtobufBody.parse(partial.bytes())
                        .at("/items/0/metadata/name")
                        .asText())
                .isEqualTo("web");
    }

    @Test
    void whatHasNoProtobufFormIsRefusedOrSentAsJson() {
        api.ok(
                "POST",
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n" + CustomResourcesTest.WIDGETS);
        String widgets = "/apis/example.com/v1/namespaces/default/widgets";
        api.refused(
                406, api.send(TestApi.ONE, api.request("GET", widgets, "").header("Accept", ProtobufBody.MEDIA_TYPE)));
        FakeExchange json = api.send(
                TestApi.ONE,
                api.request("GET", widgets, "").header("Accept", ProtobufBody.MEDIA_TYPE + ",application/json"));
        assertThat(api.ok(json).path("kind").asText()).isEqualTo("WidgetList");
    }
}
