package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The APIServices of what this server serves itself. */
class LocalApisTest {
    private static final String SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

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
    void everyServedGroupVersionHasOneFromTheBeginning() {
        assertThat(names())
                .contains("v1.", "v1.apps", "v2.autoscaling", "v1.apiextensions.k8s.io")
                .doesNotContain("v1.apiregistration.k8s.io");
        ObjectNode apps = api.get(SERVICES + "/v1.apps");
        assertThat(apps.path("spec"))
                .isEqualTo(
                        TestApi.yaml("{group: apps, groupPriorityMinimum: 17800, version: v1, versionPriority: 15}"));
        assertThat(apps.at("/metadata/labels/kube-aggregator.kubernetes.io~1automanaged")
                        .asText())
                .isEqualTo("onstart");
        JsonNode condition = apps.at("/status/conditions/0");
        assertThat(condition.path("type").asText()).isEqualTo("Available");
        assertThat(condition.path("status").asText()).isEqualTo("True");
        assertThat(condition.path("reason").asText()).isEqualTo("Local");
        assertThat(condition.path("message").asText()).isEqualTo("Local APIServices are always available");
        assertThat(condition.path("lastTransitionTime")).isEqualTo(apps.at("/metadata/creationTimestamp"));
    }

    @Test
    void thoseOfCustomResourcesComeAndGoWithThem() throws InterruptedException {
        FakeExchange watch =
                api.watch(SERVICES + "?watch=true&labelSelector=kube-aggregator.kubernetes.io/automanaged%3Dtrue");
        api.ok("POST", DEFINITIONS, CustomResourcesTest.WIDGETS);
        List<ObjectNode> added = List.of(TestApi.event(watch), TestApi.event(watch)); // made side by side
        assertThat(added)
                .extracting(TestApi::shortly)
                .containsExactlyInAnyOrder("ADDED v1.example.com", "ADDED v1beta1.example.com");
        assertThat(added).allSatisfy(event -> {
            assertThat(event.at("/object/spec/groupPriorityMinimum").asInt()).isEqualTo(1000);
            assertThat(event.at("/object/spec/versionPriority").asInt()).isEqualTo(100);
        });

        api.ok("DELETE", SERVICES + "/v1.example.com", "");
        assertThat(TestApi.shortly(TestApi.event(watch))).isEqualTo("DELETED v1.example.com");
        assertThat(TestApi.shortly(TestApi.event(watch))).isEqualTo("ADDED v1.example.com");

        api.ok("DELETE", DEFINITIONS + "/widgets.example.com", "");
        assertThat(List.of(TestApi.shortly(TestApi.event(watch)), TestApi.shortly(TestApi.event(watch))))
                .containsExactlyInAnyOrder("DELETED v1.example.com", "DELETED v1beta1.example.com");
    }

    @Test
    void anUpgradeTakesWhatIsServedNoMore() {
        api.server()
                .clusters()
                .reconfigure(TestApi.ONE, ClusterOptions.of("10.96.0.0/12", "10.244.0.0/16", "v1.20.15+kantoku.1"));
        assertThat(names())
                .contains("v1beta1.extensions", "v2beta1.autoscaling")
                .doesNotContain("v1.resource.k8s.io");
        api.server()
                .clusters()
                .reconfigure(TestApi.ONE, ClusterOptions.of("10.96.0.0/12", "10.244.0.0/16", "v1.35.0+kantoku.1"));
        assertThat(names()).contains("v1.resource.k8s.io").doesNotContain("v1beta1.extensions");
    }

    @Test
    void oneThatSomebodyMadeIsLeftAlone() {
        api.ok("DELETE", SERVICES + "/v1.apps", "");
        api.ok("POST", SERVICES, """
                metadata: {name: v1.apps}
                spec: {group: apps, version: v1, groupPriorityMinimum: 2, versionPriority: 3}""");
        api.server()
                .clusters()
                .reconfigure(TestApi.ONE, ClusterOptions.of("10.96.0.0/12", "10.244.0.0/16", "v1.36.0+kantoku.1"));
        assertThat(api.get(SERVICES + "/v1.apps")
                        .at("/spec/groupPriorityMinimum")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void trustIsOnlyForServersBehind() {
        assertThat(
                        message(
                                "spec: {group: x.example.com, version: v1, groupPriorityMinimum: 2, versionPriority: 3, insecureSkipTLSVerify: true}"))
                .contains(
                        "spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify");
        assertThat(message("spec: {group: x.example.com, version: v1, groupPriorityMinimum: 2, versionPriority: 3,"
                        + " insecureSkipTLSVerify: true, caBundle: YQ==, service: {name: x, namespace: y}}"))
                .contains("spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present");
    }

    private String message(String spec) {
        return api.refused(422, api.call("POST", SERVICES, "metadata: {name: v1.x.example.com}\n" + spec))
                .path("message")
                .asText();
    }

    private List<String> names() {
        return api.get(SERVICES)
                .path("items")
                .valueStream()
                .map(item -> item.at("/metadata/name").asText())
                .toList();
    }
}
