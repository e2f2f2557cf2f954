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

/** What clients ask for before anything else: discovery, version, health, schemas; and who they are. */
class DiscoveryTest {
    private static final String AGGREGATED =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

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

    private static List<String> names(JsonNode items) {
        List<String> names = new ArrayList<>();
        items.forEach(item -> names.add(item.path("name").asText()));
        return names;
    }

    @Test
    void announcesGroupsVersionsAndResources() {
        assertThat(api.get("/api").path("versions").path(0).asText()).isEqualTo("v1");
        assertThat(names(api.get("/apis").path("groups"))).contains("apps", "batch", "rbac.authorization.k8s.io");
        assertThat(names(api.get("/api/v1").path("resources")))
                .contains("pods", "pods/status", "pods/eviction", "namespaces/finalize", "serviceaccounts/token");
        assertThat(names(api.get("/apis/apps/v1").path("resources"))).contains("deployments", "deployments/scale");
        api.refused(404, api.call("GET", "/apis/nope", ""));
        api.refused(404, api.call("GET", "/apis/apps/v9", ""));
        api.refused(405, api.call("POST", "/apis", "{}"));
    }

    @Test
    void announcesEverythingAtOnceToThoseWhoAsk() {
        FakeExchange answer =
                api.send(TestApi.ONE, api.request("GET", "/apis", "").header("Accept", AGGREGATED));
        ObjectNode json = api.ok(answer);

        assertThat(answer.answered("Content-Type"))
                .containsExactly("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
        assertThat(json.path("kind").asText()).isEqualTo("APIGroupDiscoveryList");
        assertThat(json.findValuesAsText("resource")).contains("deployments", "customresourcedefinitions");
        String tag = answer.answered("Etag").getFirst();
        FakeExchange again = api.send(
                TestApi.ONE,
                api.request("GET", "/apis", "").header("Accept", AGGREGATED).header("If-None-Match", tag));
        assertThat(again.status()).isEqualTo(304);

        api.ok("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", CustomResourcesTest.WIDGETS);
        FakeExchange changed = api.send(
                TestApi.ONE,
                api.request("GET", "/apis", "").header("Accept", AGGREGATED).header("If-None-Match", tag));
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.text()).contains("widgets");
    }

    @Test
    void answersVersionHealthAndIndex() {
        assertThat(api.get("/version").path("gitVersion").asText()).isEqualTo("v1.36.0+kantoku.1");
        assertThat(api.call("GET", "/healthz", "").text()).isEqualTo("ok");
        assertThat(api.call("GET", "/readyz?verbose", "").text()).contains("[+]etcd ok", "readyz check passed");
        assertThat(api.get("/").path("paths").toString()).contains("/apis/apps/v1");
        api.refused(404, api.call("GET", "/nope", ""));
    }

    @Test
    void servesSchemasOfBuiltInAndCustomKinds() {
        api.ok("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", CustomResourcesTest.WIDGETS);

        JsonNode index = api.get("/openapi/v3").path("paths");
        assertThat(index.path("apis/apps/v1").path("serverRelativeURL").asText())
                .startsWith("/openapi/v3/apis/apps/v1?hash=");
        assertThat(api.get("/openapi/v3/apis/example.com/v1").toString()).contains("com.example.v1.Widget");
        assertThat(api.get("/openapi/v3/api/v1")
                        .path("components")
                        .path("schemas")
                        .has("io.k8s.api.core.v1.Pod"))
                .isTrue();
        assertThat(api.get("/openapi/v2").path("definitions").has("io.k8s.api.core.v1.Pod"))
                .isTrue();
    }

    @Test
    void strangersMayAskOnlyWhatIsPublic() {
        FakeExchange version = new FakeExchange("GET", "/version", new byte[0]).header("Authorization", "Basic x");
        assertThat(api.send(TestApi.ONE, version).status()).isEqualTo(200);
        JsonNode refusal = api.refused(
                403,
                api.send(
                        TestApi.ONE,
                        new FakeExchange("GET", "/metrics", new byte[0]).header("Authorization", "Basic x")));
        assertThat(refusal.path("message").asText())
                .isEqualTo("forbidden: User \"system:anonymous\" cannot get path \"/metrics\"");
        assertThat(api.refused(
                                401,
                                api.send(
                                        TestApi.ONE,
                                        new FakeExchange("GET", "/version", new byte[0])
                                                .header("Authorization", "Bearer not.a.token")))
                        .path("message")
                        .asText())
                .isEqualTo("Unauthorized");
    }

    @Test
    void impersonationIsARight() {
        FakeExchange asBob =
                api.request("GET", "/api/v1/namespaces/default/pods", "").header("Impersonate-User", "bob");
        assertThat(api.refused(403, api.send(TestApi.ONE, asBob))
                        .path("message")
                        .asText())
                .contains("User \"bob\" cannot list resource \"pods\"");
        FakeExchange byBob = api.request("GET", "/version", "")
                .header("Authorization", "Bearer bob")
                .header("Impersonate-User", "admin");
        api.refused(403, api.send(TestApi.ONE, byBob));
        FakeExchange extra = api.request("GET", "/version", "")
                .header("Authorization", "Bearer bob")
                .header("Impersonate-Extra-Scopes", "x");
        api.refused(400, api.send(TestApi.ONE, extra));
    }

    @Test
    void refusesPathsThatCouldMeanSomethingElse() {
        api.refused(400, api.call("GET", "/api/v1/namespaces/..%2Fkube-system/secrets", ""));
        api.refused(400, api.call("GET", "/api/v1/namespaces/%2e%2e/secrets", ""));
        api.refused(404, api.call("GET", "/api/v1/namespaces/default/configmaps/a/b/c", ""));
        api.refused(404, api.call("GET", "/api/v1/namespaces/default/nodes", ""));
        api.refused(404, api.call("GET", "/api/v1/configmaps/a", ""));
        api.refused(404, api.call("GET", "/api/v1/namespaces/default/configmaps/a/status", ""));
        api.refused(405, api.call("POST", "/api/v1/namespaces/default/configmaps/a", "{}"));
    }
}
