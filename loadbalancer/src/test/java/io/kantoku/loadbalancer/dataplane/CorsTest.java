package io.kantoku.loadbalancer.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.transport.fake.FakeExchange;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class CorsTest {
    private static FakeExchange request(String method) {
        return new FakeExchange(method, "/v2/services/haproxy/configuration/frontends", new byte[0]);
    }

    @Test
    void answersAPreflightWithoutCredentials() throws IOException {
        FakeExchange preflight = request("OPTIONS")
                .header("Origin", "https://console.example")
                .header("Access-Control-Request-Method", "DELETE")
                .header("Access-Control-Request-Headers", "authorization");
        assertThat(Cors.answer(preflight)).isTrue();
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.sent("Access-Control-Allow-Origin")).hasValue("*");
        assertThat(preflight.sent("Access-Control-Allow-Headers")).hasValue("authorization");
        assertThat(preflight.sent("Access-Control-Allow-Methods"))
                .hasValueSatisfying(methods -> assertThat(methods).contains("DELETE"));
    }

    @Test
    void letsPagesReadTheVersionAndTheReload() throws IOException {
        FakeExchange get = request("GET").header("Origin", "https://console.example");
        assertThat(Cors.answer(get)).isFalse();
        assertThat(get.sent("Access-Control-Expose-Headers")).hasValue("Reload-Id, Configuration-Version");
        FakeExchange fromNoPage = request("GET");
        assertThat(Cors.answer(fromNoPage)).isFalse();
        assertThat(fromNoPage.sent("Access-Control-Allow-Origin")).isEmpty();
    }
}
