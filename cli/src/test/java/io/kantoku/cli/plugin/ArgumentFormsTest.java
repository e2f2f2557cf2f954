package io.kantoku.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentFormsTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, 443",
        "192.0.2.1/, 192.0.2.1, 443",
        "https://192.0.2.1, 192.0.2.1, 443",
        "HTTPS://wcp.Example.com//, wcp.Example.com, 443",
        "https://127.0.0.5:10443/, 127.0.0.5, 10443",
        "wcp.example.com:10443, wcp.example.com, 10443",
        "2001:db8::1, 2001:db8::1, 443",
        "https://[2001:db8::1]:10443/, 2001:db8::1, 10443",
        "[::1], ::1, 443"
    })
    void readsServers(String typed, String host, int port) {
        assertThat(ServerAddress.parse(typed)).isEqualTo(new ServerAddress(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "http://192.0.2.1",
                "https://192.0.2.1/path",
                "host:",
                "host:0",
                "host:65536",
                "host:x",
                "user@host",
                "a b",
                "[::1",
                "[::1]x",
                "-x",
                "https://"
            })
    void refusesWhatIsNoServer(String typed) {
        assertThatThrownBy(() -> ServerAddress.parse(typed))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("--server");
    }

    @Test
    void readsTimeoutsAsKubectlDoes() {
        assertThat(List.of("", "5", "1500ms", "1m30s", "1.5h", "0", "0s").stream()
                        .map(RequestTimeout::parse))
                .containsExactly(
                        RequestTimeout.DEFAULT,
                        Duration.ofSeconds(5),
                        Duration.ofMillis(1500),
                        Duration.ofSeconds(90),
                        Duration.ofMinutes(90),
                        RequestTimeout.UNLIMITED,
                        RequestTimeout.UNLIMITED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "5 s", "-1", "s", "5d"})
    void refusesOtherTimeouts(String text) {
        assertThatThrownBy(() -> RequestTimeout.parse(text))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("--request-timeout \"" + text + "\"");
    }

    @Test
    void credentialsKeepTheirPasswordToThemselves() {
        assertThat(new Credentials("u@d", "secret")).hasToString("Credentials[u@d]");
        assertThatThrownBy(() -> new Credentials("a:b", "secret")).hasMessageContaining("colon");
        assertThatThrownBy(() -> new Credentials("", "secret")).hasMessageContaining("--vsphere-username");
    }
}
