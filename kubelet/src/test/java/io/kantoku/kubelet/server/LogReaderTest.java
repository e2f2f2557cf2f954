package io.kantoku.kubelet.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LogReaderTest {
    @TempDir
    Path directory;

    private final AtomicBoolean growing = new AtomicBoolean();
    private Path file;
    private FileEvents events;
    private LogReader reader;

    @BeforeEach
    void open() throws IOException {
        file = directory.resolve("0.log");
        events = FileEvents.open(directory);
        reader = new LogReader(events);
    }

    @AfterEach
    void close() throws IOException {
        events.close();
    }

    private static String line(int second, String stream, String tag, String text) {
        return "2026-01-02T03:04:%02d.123456789Z %s %s %s\n".formatted(second, stream, tag, text);
    }

    private String read(LogOptions options) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        reader.copy(new ContainerLog(file, growing::get), options, out, () -> false);
        return out.toString(UTF_8);
    }

    @Test
    void joinsLinesThatTheRuntimeHasCut() throws Exception {
        Files.writeString(
                file,
                line(1, "stdout", "P", "one ")
                        + line(1, "stdout", "F", "line")
                        + line(2, "stderr", "F", "")
                        + line(3, "stdout", "F:tag", " two "));
        assertThat(read(LogOptions.ALL)).isEqualTo("one line\n\n two \n");
        assertThat(read(new LogOptions(false, false, true, Instant.EPOCH, -1, -1, "All")))
                .isEqualTo("2026-01-02T03:04:01.123456789Z one line\n2026-01-02T03:04:02.123456789Z \n"
                        + "2026-01-02T03:04:03.123456789Z  two \n");
    }

    @Test
    void countsLinesFromTheEndAsTheContainerWroteThem() throws Exception {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            all.append(line(i % 60, "stdout", "P", "a" + i)).append(line(i % 60, "stdout", "F", "b" + i));
        }
        Files.writeString(file, all);
        assertThat(read(LogOptions.ALL.with(false, 0, -1))).isEmpty();
        assertThat(read(LogOptions.ALL.with(false, 1, -1))).isEqualTo("a4999b4999\n");
        assertThat(read(LogOptions.ALL.with(false, 2_000, -1)).lines())
                .hasSize(2_000)
                .startsWith("a3000b3000");
        assertThat(read(LogOptions.ALL.with(false, 9_999, -1)).lines()).hasSize(5_000);
        Files.writeString(file, line(1, "stdout", "F", "only"));
        assertThat(read(LogOptions.ALL.with(false, 0, -1))).isEmpty();
        assertThat(read(LogOptions.ALL.with(false, 1, -1))).isEqualTo("only\n");
    }

    @Test
    void leavesOutWhatIsOlderOrOfTheOtherStreamAndStopsAtTheLimit() throws Exception {
        Files.writeString(
                file,
                line(1, "stdout", "F", "old") + line(5, "stderr", "F", "bad") + line(9, "stdout", "F", "new")
                        + "not a line of a log\n");
        Instant since = Instant.parse("2026-01-02T03:04:05Z");
        assertThat(read(new LogOptions(false, false, false, since, -1, -1, "All")))
                .isEqualTo("bad\nnew\n");
        assertThat(read(new LogOptions(false, false, false, Instant.EPOCH, -1, -1, "Stderr")))
                .isEqualTo("bad\n");
        assertThat(read(LogOptions.ALL.with(false, -1, 5))).isEqualTo("old\nb");
    }

    @Test
    void followsALogThroughItsRotationUntilTheContainerEnds() throws Exception {
        growing.set(true);
        Files.writeString(file, line(1, "stdout", "F", "one"));
        Follower follower = new Follower();
        follower.expect("one\n");
        Files.writeString(file, line(2, "stdout", "F", "two"), StandardOpenOption.APPEND);
        follower.expect("one\ntwo\n");
        Files.writeString(file, line(3, "stdout", "F", "three"), StandardOpenOption.APPEND);
        Files.move(file, directory.resolve("0.log.20260102"));
        Files.writeString(file, line(4, "stdout", "F", "four"));
        follower.expect("one\ntwo\nthree\nfour\n");
        growing.set(false);
        Files.writeString(file, line(5, "stdout", "F", "last"), StandardOpenOption.APPEND);
        follower.thread.join();
        assertThat(follower.out.toString(UTF_8)).isEqualTo("one\ntwo\nthree\nfour\nlast\n");
    }

    @Test
    void waitsForTheFileOfAContainerThatHasJustStarted() throws Exception {
        growing.set(true);
        Follower follower = new Follower();
        Files.writeString(file, line(1, "stdout", "F", "one"));
        follower.expect("one\n");
        growing.set(false);
        follower.thread.join();
    }

    @Test
    void saysThatThereIsNoLog() {
        assertThatThrownBy(() -> read(LogOptions.ALL))
                .isInstanceOfSatisfying(
                        StreamRefusal.class, e -> assertThat(e.status()).isEqualTo(404));
    }

    private final class Follower {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final Thread thread = Thread.ofVirtual().start(() -> {
            try {
                reader.copy(new ContainerLog(file, growing::get), LogOptions.ALL.with(true, -1, -1), out, () -> false);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        void expect(String text) throws InterruptedException {
            while (out.size() < text.length() && thread.isAlive()) {
                Thread.sleep(5);
            }
            assertThat(out.toString(UTF_8)).isEqualTo(text);
        }
    }
}
