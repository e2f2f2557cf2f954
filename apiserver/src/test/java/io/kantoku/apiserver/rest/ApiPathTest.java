package io.kantoku.apiserver.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apiserver.auth.RequestInfo;
import org.junit.jupiter.api.Test;

/** Paths and what they ask for. */
class ApiPathTest {
    private static String meaning(String method, String path) {
        RequestInfo info = ApiPath.parse(method, path, false, "").info();
        return info.resourceRequest()
                ? String.join(
                        " ",
                        info.verb(),
                        info.group() + "/" + info.version(),
                        "ns=" + info.namespace(),
                        info.resource() + "/" + info.name() + "/" + info.subresource())
                : info.verb() + " " + info.path();
    }

    @Test
    void resourcesAreToldFromOtherPaths() {
        assertThat(meaning("GET", "/api/v1/namespaces/ns/pods")).isEqualTo("list /v1 ns=ns pods//");
        assertThat(meaning("GET", "/api/v1/namespaces/ns/pods/p")).isEqualTo("get /v1 ns=ns pods/p/");
        assertThat(meaning("PUT", "/api/v1/namespaces/ns/pods/p/status")).isEqualTo("update /v1 ns=ns pods/p/status");
        assertThat(meaning("GET", "/api/v1/pods")).isEqualTo("list /v1 ns= pods//");
        assertThat(meaning("DELETE", "/apis/apps/v1/namespaces/ns/deployments"))
                .isEqualTo("deletecollection apps/v1 ns=ns deployments//");
        assertThat(meaning("PATCH", "/apis/apps/v1/namespaces/ns/deployments/d/scale"))
                .isEqualTo("patch apps/v1 ns=ns deployments/d/scale");
        assertThat(meaning("GET", "/api/v1/namespaces/ns")).isEqualTo("get /v1 ns=ns namespaces/ns/");
        assertThat(meaning("PUT", "/api/v1/namespaces/ns/finalize"))
                .isEqualTo("update /v1 ns=ns namespaces/ns/finalize");
        assertThat(meaning("POST", "/api/v1/namespaces")).isEqualTo("create /v1 ns= namespaces//");
        assertThat(meaning("GET", "/api/v1/watch/namespaces/ns/pods")).isEqualTo("watch /v1 ns=ns pods//");
        assertThat(meaning("GET", "/apis/apps/v1")).isEqualTo("get /apis/apps/v1");
        assertThat(meaning("HEAD", "/healthz")).isEqualTo("get /healthz");
    }

    @Test
    void aProxysRemainderIsKeptAsItWasSent() {
        ApiPath path = ApiPath.parse("GET", "/api/v1/namespaces/ns/services/s:80/proxy/a%2Fb/../c", false, "");

        assertThat(path.info().subresource()).isEqualTo("proxy");
        assertThat(path.remainder()).isEqualTo("/a%2Fb/../c");
        assertThat(ApiPath.parse("GET", "/api/v1/nodes/n/proxy", false, "").remainder())
                .isEmpty();
    }

    @Test
    void aSelectionOfOneNameIsAuthorizedByIt() {
        assertThat(ApiPath.parse("GET", "/api/v1/secrets", true, "s").info().name())
                .isEqualTo("s");
        assertThat(ApiPath.parse("GET", "/api/v1/secrets", true, "s").info().verb())
                .isEqualTo("watch");
    }
}
