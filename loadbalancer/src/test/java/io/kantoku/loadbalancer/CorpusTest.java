package io.kantoku.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.loadbalancer.dataplane.ApiHarness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not need a running HAProxy of what third parties ask is answered as they are used to. */
class CorpusTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3"})
    void isAnsweredAsByTheApisOwnServer(String version) throws IOException {
        try (ApiHarness api = new ApiHarness(directory)) {
            assertThat(Corpus.faults(version, (method, target, contentType, body) -> {
                        ApiHarness.Reply reply =
                                api.call(method, target, contentType, body.getBytes(StandardCharsets.UTF_8));
                        return new Corpus.Answer(
                                reply.status(), reply.headers(), new String(reply.bytes(), StandardCharsets.UTF_8));
                    }))
                    .isEmpty();
        }
    }
}
