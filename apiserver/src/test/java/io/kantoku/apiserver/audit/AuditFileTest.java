package io.kantoku.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFileTest {
    @TempDir
    Path directory;

    private static byte[] line(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aFullFileIsPutAsideAndTheOldestGo() throws IOException {
        Path log = directory.resolve("audit.log");
        AtomicLong seconds = new AtomicLong(1_800_000_000);
        try (AuditFile file = AuditFile.open(log, 10, 2, () -> Instant.ofEpochSecond(seconds.incrementAndGet()))) {
            for (String text : List.of("one45678", "two45678", "three678", "four5678")) {
                file.write(line(text));
            }
        }
        assertThat(log).hasContent("four5678");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()).sorted())
                    .containsExactly(
                            "audit-2027-01-15T08-00-02.000.log", "audit-2027-01-15T08-00-03.000.log", "audit.log");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                .isEqualTo("rw-------");
    }

    @Test
    void goesOnAtTheEnd() throws IOException {
        Path log = directory.resolve("audit");
        for (String text : List.of("a", "b")) {
            try (AuditFile file = AuditFile.open(log, 100, 1, Instant::now)) {
                file.write(line(text));
            }
        }
        assertThat(log).hasContent("a\nb");
    }
}
