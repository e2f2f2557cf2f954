package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /healthz}, {@code /livez}, {@code /readyz} and {@code /version}. */
class HealthTest {
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

    private String text(int status, String target) {
        FakeExchange answer = api.call("GET", target, "");
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        return answer.text();
    }

    @Test
    void aWholeAnswerIsShortUnlessMoreIsAskedFor() {
        assertThat(text(200, "/livez")).isEqualTo("ok");
        assertThat(text(200, "/livez?verbose"))
                .isEqualTo("[+]ping ok\n[+]log ok\n[+]etcd ok\n[+]autoregister-completion ok\nlivez check passed\n");
        assertThat(text(200, "/readyz?verbose"))
                .contains("[+]informer-sync ok\n")
                .endsWith("readyz check passed\n");
    }

    @Test
    void checksCanBeLeftOut() {
        assertThat(text(200, "/readyz?verbose&exclude=etcd&exclude=kms"))
                .contains(
                        "[+]etcd excluded: ok\n",
                        "warn: some health checks cannot be excluded: no matches for \"kms\"\n");
    }

    @Test
    void oneCheckAnswersByItself() {
        assertThat(text(200, "/livez/ping")).isEqualTo("ok");
        assertThat(text(200, "/readyz/informer-sync")).isEqualTo("ok");
        api.refused(404, api.call("GET", "/livez/informer-sync", ""));
    }

    @Test
    void theVersionHasUpstreamsFields() {
        assertThat(api.get("/version").properties().stream().map(Map.Entry::getKey))
                .containsExactly(
                        "major",
                        "minor",
                        "emulationMajor",
                        "emulationMinor",
                        "minCompatibilityMajor",
                        "minCompatibilityMinor",
                        "gitVersion",
                        "gitCommit",
                        "gitTreeState",
                        "buildDate",
                        "goVersion",
                        "compiler",
                        "platform");
        assertThat(api.get("/version").path("gitCommit").asText())
                .as("kubectl's own test wants hexadecimal digits")
                .matches("[0-9a-f]+");
    }
}
