package io.kantoku.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.cli.trial.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FigureTest {
    @Test
    void saysWhatIsMissed() {
        Figure good = new Figure("enable", Duration.ofMillis(1234), Duration.ofSeconds(3), "vSphere: 30-60 min");
        Figure missed = new Figure("enable", Duration.ofMillis(3001), Duration.ofSeconds(3), "");
        assertThat(good.line()).endsWith("1.234 s  (reach 3 s)          vSphere: 30-60 min");
        assertThat(missed.line()).endsWith("3.001 s  (reach 3 s, MISSED)");
        assertThat(missed.toJson().path("reached").asBoolean(true)).isFalse();
    }

    @Test
    void readsTheMemoryOfAJvm() throws IOException, InterruptedException {
        Shell shell = new Shell(Map.of("PATH", "/usr/bin:/bin"), Path.of("/tmp"));
        Memory memory = Memory.of(shell, ProcessHandle.current().pid());
        assertThat(memory.heapBytes()).isBetween(1L << 20, memory.residentBytes());
    }
}
