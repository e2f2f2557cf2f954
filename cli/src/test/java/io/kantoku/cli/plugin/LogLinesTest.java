package io.kantoku.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LogLinesTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2020-11-05T10:00:00Z"));

    private LogLines log(boolean terminal) {
        return new LogLines(
                new PrintStream(written, true, StandardCharsets.UTF_8),
                terminal,
                () -> now.get(),
                ZoneId.of("Asia/Tokyo"));
    }

    @Test
    void countsSecondsOnATerminal() {
        LogLines log = log(true);
        now.set(now.get().plusSeconds(5));

        log.fatal("it \u001b[1mfailed\n\"twice\"");

        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("FATA[0005] it  [1mfailed \"twice\"\n");
    }

    @Test
    void writesKeysAndValuesElsewhere() {
        log(false).fatal("it \u001bfailed\n\"twice\" für \\");

        assertThat(written.toString(StandardCharsets.UTF_8))
                .isEqualTo("time=\"2020-11-05T19:00:00+09:00\" level=fatal"
                        + " msg=\"it \\x1bfailed\\n\\\"twice\\\" für \\\\\"\n");
    }
}
