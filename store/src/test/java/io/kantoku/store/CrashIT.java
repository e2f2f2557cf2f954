package io.kantoku.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writers are killed by SIGKILL in the middle of their work, again and again: two dozen times, or as often as {@code kantoku.kills}
 * says; {@code kantoku.seed} repeats a run.
 */
class CrashIT {
    private static final int KILLS = Integer.getInteger("kantoku.kills", 24);
    private static final long SEED = Long.getLong("kantoku.seed", 20_261_101);

    private record Write(String key, String value) {}

    @TempDir
    Path directory;

    /** By revision, whatever any process was ever told about it. */
    private final Map<Long, Write> told = new HashMap<>();

    private long newestAcknowledged = 1;

    @Test
    void losesNothingThatWasAcknowledged() throws Exception {
        Random random = new Random(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            long before = newestAcknowledged;
            writeAndKill(random.nextLong(), 200 + random.nextInt(4000));
            assertThat(newestAcknowledged).as("kill %d of seed %d", kill, SEED).isGreaterThan(before);
            checkRecovered();
        }
    }

    private void writeAndKill(long seed, int lines) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingWriter.class.getName(),
                        directory.resolve("store").toString(),
                        Long.toString(seed))
                .redirectError(directory.resolve("stderr").toFile())
                .start();
        try (BufferedReader reader = process.inputReader()) {
            int read = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                remember(line.split(" "));
                if (++read == lines) {
                    process.toHandle().destroyForcibly(); // unlike Process's own method leaves what was told readable
                }
            }
            assertThat(read)
                    .as("lines before the process ended; see %s", directory.resolve("stderr"))
                    .isGreaterThanOrEqualTo(lines);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private void remember(String[] line) {
        assertThat(line[0]).isIn("seen", "acknowledged");
        long revision = Long.parseLong(line[1]);
        remember(revision, new Write(line[2], line[3]));
        newestAcknowledged = Math.max(newestAcknowledged, revision);
    }

    private void remember(long revision, Write write) {
        Write known = told.putIfAbsent(revision, write);
        assertThat(write).as("revision %d", revision).isEqualTo(known == null ? write : known);
    }

    private void checkRecovered() {
        EmbeddedStoreOptions forgettingNothing = CrashingWriter.OPTIONS.withRetention(Retention.defaults());
        try (EmbeddedStore store = EmbeddedStore.open(directory.resolve("store"), forgettingNothing)) {
            assertThat(store.revision()).isGreaterThanOrEqualTo(newestAcknowledged);
            Recorder recorder = new Recorder();
            store.watch("", store.compactedRevision(), recorder);
            for (Change change : recorder.upTo(store.revision())) {
                remember(change.revision(), new Write(change.key(), CrashingWriter.describe(change.current())));
            }
            assertThat(recorder.changes()).hasSize((int) (store.revision() - store.compactedRevision()));
            Map<String, Long> newest = new HashMap<>();
            told.forEach((revision, write) -> newest.merge(write.key(), revision, Math::max));
            long forgotten = store.compactedRevision(); // what is newest of its key stays, however old it is
            told.entrySet()
                    .removeIf(entry -> entry.getKey() < forgotten
                            && newest.get(entry.getValue().key()) > entry.getKey());
            newest.forEach((key, revision) -> {
                String value = CrashingWriter.describe(store.get(key).orElse(null));
                assertThat(value)
                        .as("%s of revision %d", key, revision)
                        .isEqualTo(told.get(revision).value());
            });
        }
    }
}
