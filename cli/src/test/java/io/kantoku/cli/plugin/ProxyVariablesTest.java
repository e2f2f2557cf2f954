package io.kantoku.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyVariablesTest {
    private static Optional<String> warning(Map<String, String> variables, String... hosts) {
        return new ProxyVariables(variables).warning(List.of(hosts), 6443);
    }

    @Test
    void namesTheHostsThatAProxyWouldGet() {
        assertThat(warning(
                        Map.of("https_proxy", "http://proxy", "NO_PROXY", "10.0.0.0/8"),
                        "192.0.2.1",
                        "10.1.2.3",
                        "127.0.0.9",
                        "wcp.example.com"))
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("192.0.2.1, wcp.example.com to the proxy of https_proxy")
                        .endsWith("NO_PROXY=10.0.0.0/8,192.0.2.1,wcp.example.com"));
    }

    @Test
    void isSilentWithoutAProxyForHttps() {
        assertThat(warning(Map.of("HTTP_PROXY", "http://proxy", "HTTPS_PROXY", ""), "192.0.2.1"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "192.0.2.0/25", "x, 192.0.2.1:6443", "*", "0.0.0.0/0", "192.0.2.1/32"})
    void exceptsAddresses(String exceptions) {
        assertThat(warning(Map.of("HTTPS_PROXY", "p", "no_proxy", exceptions), "192.0.2.1"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.2", "192.0.2.128/25", "192.0.2.1:443", "192.0.2", ".2.1", "192.0.2.1/33"})
    void doesNotExceptOtherAddresses(String exceptions) {
        assertThat(warning(Map.of("HTTPS_PROXY", "p", "no_proxy", exceptions), "192.0.2.1"))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com", ".example.com", "*.example.com", "WCP.example.com", "com"})
    void exceptsDomains(String exceptions) {
        assertThat(warning(Map.of("HTTPS_PROXY", "p", "no_proxy", exceptions), "wcp.example.com"))
                .isEmpty();
    }
}
