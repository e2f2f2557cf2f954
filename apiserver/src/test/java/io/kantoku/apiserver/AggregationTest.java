package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apiserver.webhook.AddressPolicy;
import io.kantoku.apiserver.webhook.ServiceDialler;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.fake.FakeExchange;
import io.kantoku.transport.pki.Subject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** APIs that another server serves. */
class AggregationTest {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";
    private static final String RESOURCES =
            "{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\",\"groupVersion\":\"metrics.example.com/v1\",\"resources\":[{\"name\":\"loads\",\"singularName\":\"load\",\"namespaced\":true,\"kind\":\"Load\",\"verbs\":[\"get\",\"list\"]},{\"name\":\"loads/status\",\"kind\":\"Load\",\"namespaced\":true,\"verbs\":[\"get\"]}]}";

    @TempDir
    Path directory;

    private final Map<String, List<String>> seen = new ConcurrentHashMap<>();
    private TestWebhook server;
    private TestApi api;

    @BeforeEach
    void start() {
        server = new TestWebhook();
        ServiceDialler dialler = (cluster, service, port) -> service.name().equals("hook")
                ? Optional.of(new ServiceDialler.Endpoint("127.0.0.1", server.port(), Dialler.host()))
                : Optional.empty();
        api = new TestApi(directory, dialler, AddressPolicy.ordinary());
        server.raw("/apis/metrics.example.com/v1", exchange -> json(exchange, 200, RESOURCES));
        server.raw("/apis/metrics.example.com/v1/namespaces/default/loads", exchange -> {
            for (String name : exchange.headerNames()) {
                seen.put(name.toLowerCase(java.util.Locale.ROOT), exchange.headers(name));
            }
            if (!exchange.peerCertificates().isEmpty()) {
                seen.put(
                        "certificate",
                        List.of(Subject.of(exchange.peerCertificates().getFirst())
                                .commonName()));
            }
            json(
                    exchange,
                    200,
                    "{\"kind\":\"LoadList\",\"apiVersion\":\"metrics.example.com/v1\",\"items\":[],\"query\":\""
                            + exchange.rawQuery() + "\"}");
        });
        server.raw("/apis/metrics.example.com/v1/away", exchange -> {
            exchange.responseHeader("Location", "https://elsewhere.example.com/");
            exchange.respond(302, "", new byte[0]);
        });
    }

    @AfterEach
    void stop() {
        api.close();
        server.close();
    }

    private static void json(Exchange exchange, int status, String text) throws IOException {
        exchange.respond(status, "application/json", text.getBytes(StandardCharsets.UTF_8));
    }

    private FakeExchange register(String service) throws InterruptedException {
        api.ok("POST", "/api/v1/namespaces", "metadata: {name: ns}");
        api.ok("POST", "/api/v1/namespaces/ns/services", "metadata: {name: hook}\nspec: {ports: [{port: 443}]}");
        api.ok("POST", "/apis/discovery.k8s.io/v1/namespaces/ns/endpointslices", """
                metadata: {name: hook-1, labels: {kubernetes.io/service-name: hook}}
                addressType: IPv4
                endpoints: [{addresses: [192.0.2.1]}]
                ports: [{port: 443}]""");
        FakeExchange watch = api.watch(SERVICES + "?watch=1");
        api.ok("POST", SERVICES, """
                metadata: {name: v1.metrics.example.com}
                spec: {group: metrics.example.com, version: v1, groupPriorityMinimum: 100, versionPriority: 10, service: {namespace: ns, name: %s}, caBundle: %s}""".formatted(service, server.caBundle()));
        return watch;
    }

    private static String reason(FakeExchange watch) throws InterruptedException {
        for (ObjectNode event = TestApi.event(watch); ; event = TestApi.event(watch)) {
            if (event.path("type").asText().equals("DELETED")
                    || !event.at("/object/metadata/name").asText().equals("v1.metrics.example.com")) {
                continue;
            }
            JsonNode condition =
                    event.path("object").path("status").path("conditions").path(0);
            if (!condition.isMissingNode()) {
                return condition.path("status").asText() + " "
                        + condition.path("reason").asText();
            }
        }
    }

    @Test
    void requestsArePassedOnWithTheirUser() throws Exception {
        assertThat(reason(register("hook"))).isEqualTo("True Passed");
        FakeExchange request = api.request("GET", "/apis/metrics.example.com/v1/namespaces/default/loads?limit=1", "")
                .header("X-Remote-User", "forged")
                .header("X-Remote-Group", "system:masters")
                .header("Impersonate-User", "ann")
                .header("Impersonate-Group", "system:masters")
                .header("Impersonate-Extra-team", "a b");
        assertThat(api.ok(api.send(TestApi.ONE, request)).path("query").asText())
                .isEqualTo("limit=1");
        assertThat(seen.get("x-remote-user")).containsExactly("ann");
        assertThat(seen.get("x-remote-group")).contains("system:masters", "system:authenticated");
        assertThat(seen.get("x-remote-extra-team")).containsExactly("a b");
        assertThat(seen).doesNotContainKeys("authorization", "impersonate-user");
        assertThat(seen.get("certificate")).containsExactly("front-proxy-client");
        assertThat(api.get("/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication")
                        .path("data")
                        .path("requestheader-allowed-names")
                        .asText())
                .isEqualTo("[\"front-proxy-client\"]");
        api.refused(
                403,
                api.send(
                        TestApi.ONE,
                        api.request("GET", "/apis/metrics.example.com/v1/namespaces/default/loads", "")
                                .header("Authorization", "Bearer bob")));
        api.refused(
                404,
                api.send(TestApi.TWO, api.request("GET", "/apis/metrics.example.com/v1/namespaces/default/loads", "")));
    }

    @Test
    void discoveryTellsOfThem() throws Exception {
        assertThat(reason(register("hook"))).isEqualTo("True Passed");
        assertThat(api.get("/apis").path("groups").toString()).contains("metrics.example.com/v1");
        assertThat(api.get("/apis/metrics.example.com")
                        .path("preferredVersion")
                        .path("version")
                        .asText())
                .isEqualTo("v1");
        assertThat(api.get("/apis/metrics.example.com/v1").path("resources")).hasSize(2);
        JsonNode all = api.ok(api.send(
                TestApi.ONE,
                api.request("GET", "/apis", "")
                        .header("Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")));
        JsonNode group = all.path("items").path(all.path("items").size() - 1); // its priority is low
        assertThat(group.path("metadata").path("name").asText()).isEqualTo("metrics.example.com");
        JsonNode load = group.path("versions").path(0).path("resources").path(0);
        assertThat(load.path("resource").asText()).isEqualTo("loads");
        assertThat(load.path("subresources").path(0).path("subresource").asText())
                .isEqualTo("status");
    }

    @Test
    void groupsStandWhereTheirPrioritySaysThatTheyDo() throws Exception {
        api.ok("POST", DEFINITIONS, CustomResourcesTest.WIDGETS);
        assertThat(reason(register("hook"))).isEqualTo("True Passed");
        assertThat(groups())
                .startsWith("apiregistration.k8s.io", "apps")
                .endsWith("example.com", "metrics.example.com");
        api.ok(api.patch(
                SERVICES + "/v1.metrics.example.com",
                "application/merge-patch+json",
                "{\"spec\": {\"groupPriorityMinimum\": 17850}}"));
        assertThat(groups()).startsWith("apiregistration.k8s.io", "metrics.example.com", "apps");
    }

    private List<String> groups() {
        return api.get("/apis").path("groups").findValuesAsText("name");
    }

    @Test
    void aServiceThatLeadsNowhereIsNamed() throws Exception {
        FakeExchange watch = register("hook");
        assertThat(reason(watch)).isEqualTo("True Passed");
        api.ok("DELETE", "/apis/discovery.k8s.io/v1/namespaces/ns/endpointslices/hook-1", "");
        api.ok("DELETE", SERVICES + "/v1.metrics.example.com", "");
        api.ok("POST", SERVICES, """
                metadata: {name: v1.metrics.example.com}
                spec: {group: metrics.example.com, version: v1, groupPriorityMinimum: 100, versionPriority: 10, service: {namespace: ns, name: hook}}""");
        assertThat(reason(watch)).isEqualTo("False EndpointsNotFound");
        api.ok("DELETE", SERVICES + "/v1.metrics.example.com", "");
        api.ok("POST", SERVICES, """
                metadata: {name: v1.metrics.example.com}
                spec: {group: metrics.example.com, version: v1, groupPriorityMinimum: 100, versionPriority: 10, service: {namespace: ns, name: hook, port: 8443}}""");
        assertThat(reason(watch)).isEqualTo("False ServicePortError");
    }

    @Test
    void aServerThatIsNotThereIsSaidToBeUnavailable() throws Exception {
        assertThat(reason(register("other"))).isEqualTo("False ServiceNotFound");
        assertThat(api.refused(503, api.call("GET", "/apis/metrics.example.com/v1/namespaces/default/loads", ""))
                        .path("message")
                        .asText())
                .isEqualTo("no endpoints available for service \"other\"");
    }

    @Test
    void aServerBehindCannotSendClientsElsewhere() throws Exception {
        register("hook");
        assertThat(api.refused(502, api.call("GET", "/apis/metrics.example.com/v1/away", ""))
                        .path("message")
                        .asText())
                .isEqualTo("the backend attempted to redirect this request, which is not permitted");
    }
}
