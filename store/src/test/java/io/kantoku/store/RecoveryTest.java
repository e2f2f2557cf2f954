package io.kantoku.store;

import static io.kantoku.store.StoreContract.ANY;
import static io.kantoku.store.StoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kantoku.store.StoreException.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found in a directory: unfinished ends, damage, files of other times. */
class RecoveryTest {
    private static final EmbeddedStoreOptions OPTIONS = EmbeddedStoreOptions.defaults()
            .withSegments(4096, 4096)
            .withUpkeepInterval(Duration.ofDays(1))
            .withRetention(new Retention(5, Duration.ZERO, 100, 1 << 20));

    @TempDir
    Path directory;

    private EmbeddedStore open() {
        return EmbeddedStore.open(directory, OPTIONS);
    }

    private void write(int from, int to, int valueBytes) {
        try (EmbeddedStore store = open()) {
            IntStream.range(from, to).forEach(i -> store.put("k" + i, bytes("v".repeat(valueBytes)), ANY));
        }
    }

    private Path lastLog() {
        try {
            return StoreFiles.in(directory).logs().getLast();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertUnreadable(String... hints) {
        StoreException thrown = catchThrowableOfType(StoreException.class, () -> open().close());
        assertThat(thrown).isNotNull();
        assertThat(thrown.code()).isEqualTo(Code.UNREADABLE);
        assertThat(thrown).hasMessageContainingAll(hints);
    }

    /** The end of the last frame, which is where the zeros begin at the latest. */
    private static int contentEnd(byte[] file) {
        int end = file.length;
        while (file[end - 1] == 0) {
            end--;
        }
        return end;
    }

    @Test
    void opensAfterTheLastWriteWasCutAtAnyByte() throws IOException {
        write(0, 3, 10);
        Path log = lastLog();
        int start = contentEnd(Files.readAllBytes(log));
        start += (8 - start % 8) % 8;
        try (EmbeddedStore store = open()) {
            store.put("last", bytes("written but cut"), ANY);
        }
        byte[] whole = Files.readAllBytes(log);
        int end = contentEnd(whole);
        assertThat(end).isGreaterThan(start + 40);
        for (int cut = start; cut < end; cut++) {
            Files.write(log, Arrays.copyOf(whole, cut));
            checkWithoutLast(log, "file ends at byte " + cut);
            Files.write(log, Arrays.copyOf(Arrays.copyOf(whole, cut), whole.length));
            checkWithoutLast(log, "zeros from byte " + cut);
            byte[] flipped = whole.clone();
            flipped[cut] ^= 0x40;
            Files.write(log, flipped);
            checkWithoutLast(log, "damaged at byte " + cut);
        }
    }

    private void checkWithoutLast(Path log, String what) throws IOException {
        try (EmbeddedStore store = open()) {
            assertThat(store.revision()).as(what).isEqualTo(4);
            assertThat(store.range(RangeRequest.all("")).entries())
                    .as(what)
                    .extracting(Entry::key)
                    .containsExactly("k0", "k1", "k2");
            store.put("next", bytes("1"), ANY);
        }
        try (EmbeddedStore store = open()) {
            assertThat(store.revision()).as(what).isEqualTo(5);
            assertThat(store.get("next")).as(what).isPresent();
        }
        for (Path other : StoreFiles.in(directory).logs()) {
            if (!other.equals(log)) {
                Files.delete(other); // a file that was cut short had no room for the next write
            }
        }
    }

    @Test
    void refusesDamageThatGoodWritesFollow() throws IOException {
        write(0, 5, 50);
        Path log = lastLog();
        byte[] whole = Files.readAllBytes(log);
        Random random = new Random(7);
        int end = contentEnd(whole);
        int lastFrame = 64 + 4 * (32 + 8 + 2 + 50 + 4);
        for (int i = 0; i < 100; i++) {
            byte[] damaged = whole.clone();
            int at = 64 + random.nextInt(lastFrame - 64 - 4);
            damaged[at] ^= (byte) (1 + random.nextInt(255));
            Files.write(log, damaged);
            if (isPadding(at)) {
                continue;
            }
            assertUnreadable(log.toString(), "damaged at byte", "good writes follow", "restore");
        }
        assertThat(end).isGreaterThan(lastFrame);
    }

    /** The last bytes of a frame of 92 bytes, which are in no checksum. */
    private static boolean isPadding(int at) {
        return (at - 64) % 96 >= 92;
    }

    @Test
    void refusesDamageInAFullLogFile() throws IOException {
        write(0, 30, 500);
        Path first = StoreFiles.in(directory).logs().getFirst();
        byte[] damaged = Files.readAllBytes(first);
        damaged[contentEnd(damaged) - 3] ^= 1;
        int frame = 64 + 32 + 8 + 2 + 5;
        damaged[frame] ^= 1;
        Files.write(first, damaged);
        assertUnreadable(first.toString(), "damaged", "restore");
    }

    @Test
    void refusesAMissingLogFile() throws IOException {
        write(0, 30, 500);
        List<Path> logs = StoreFiles.in(directory).logs();
        assertThat(logs).hasSizeGreaterThan(2);
        Files.delete(logs.get(1));
        assertUnreadable("missing", "restore");
        Files.delete(logs.get(0));
        assertUnreadable("lacks the log file", "restore");
    }

    @Test
    void refusesANewerFormat() throws IOException {
        write(0, 1, 10);
        Path log = lastLog();
        byte[] file = Files.readAllBytes(log);
        FileHeader header = FileHeader.read(FileHeader.Kind.LOG, ByteBuffer.wrap(file), log);
        header.encode(FileHeader.FORMAT + 1).get(file, 0, FileHeader.BYTES);
        Files.write(log, file);
        assertUnreadable(log.toString(), "format 2", "start the newer version");
    }

    @Test
    void refusesAFileThatIsNotItsOwn() throws IOException {
        write(0, 1, 10);
        Path log = lastLog();
        Files.writeString(log, "x".repeat(5000));
        assertUnreadable(log.toString(), "not a Kantoku log file");
    }

    @Test
    void takesNoValueForAFrame() throws IOException {
        write(0, 2, 10);
        byte[] whole = Files.readAllBytes(lastLog());
        int end = contentEnd(whole);
        byte[] frames = Arrays.copyOfRange(whole, 64, end); // with the salt, which nobody else knows
        long salt = ByteBuffer.wrap(frames).getLong(0);
        for (int at = 0; at + 8 <= frames.length; at++) {
            if (ByteBuffer.wrap(frames).getLong(at) == salt) {
                frames[at] ^= 1; // a guess
            }
        }
        try (EmbeddedStore store = open()) {
            store.put("forged", frames, ANY);
        }
        Path log = lastLog();
        byte[] torn = Files.readAllBytes(log);
        torn[contentEnd(torn) - 1] ^= 1;
        Files.write(log, torn);
        try (EmbeddedStore store = open()) {
            assertThat(store.revision()).isEqualTo(3);
        }
    }

    @Test
    void replacesTheOldestLogFilesByASnapshot() throws IOException {
        try (EmbeddedStore store = open()) {
            IntStream.range(0, 300).forEach(i -> {
                store.put("k" + i % 10, bytes("value " + i + "-".repeat(200)), ANY);
                store.runUpkeep();
            });
            store.delete("k3", ANY);
        }
        StoreFiles files = StoreFiles.in(directory);
        assertThat(files.snapshots()).hasSize(1);
        assertThat(files.logs()).hasSizeLessThan(8);
        assertThat(files.unfinished()).isEmpty();
        try (EmbeddedStore store = open()) {
            assertThat(store.revision()).isEqualTo(302);
            assertThat(store.compactedRevision()).isBetween(100L, 297L);
            assertThat(store.range(RangeRequest.all("")).entries()).hasSize(9).allSatisfy(entry -> {
                int written = (int) entry.modRevision() - 2;
                assertThat(StoreContract.text(entry)).startsWith("value " + written + "-");
                assertThat(entry.createRevision()).isEqualTo(2 + written % 10);
            });
            Recorder recorder;
            long from;
            int tries = 0;
            do { // upkeep may forget more at any time, and then the watch is told so
                recorder = new Recorder();
                from = store.compactedRevision();
                store.watch("", from, recorder);
                recorder.upTo(302);
            } while (recorder.ended().isPresent() && ++tries < 10);
            assertThat(recorder.changes()).hasSize((int) (302 - from));
        }
    }

    @Test
    void ignoresLogFilesThatASnapshotCovers() throws IOException {
        write(0, 30, 500);
        Path first = StoreFiles.in(directory).logs().getFirst();
        byte[] old = Files.readAllBytes(first);
        try (EmbeddedStore store = open()) {
            store.put("k", bytes("1"), ANY);
            store.runUpkeep();
        }
        assertThat(first).doesNotExist();
        Files.write(first, old); // as if the removal had not reached the disk
        try (EmbeddedStore store = open()) {
            assertThat(store.revision()).isEqualTo(32);
            assertThat(store.get("k0")).isPresent();
        }
    }

    @Test
    void refusesADamagedSnapshot() throws IOException {
        write(0, 30, 500);
        try (EmbeddedStore store = open()) {
            store.put("k", bytes("1"), ANY);
            store.runUpkeep();
        }
        Path snapshot = StoreFiles.in(directory).snapshots().getFirst();
        byte[] whole = Files.readAllBytes(snapshot);
        for (int at = 0; at < whole.length; at += 37) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 4;
            Files.write(snapshot, damaged);
            if (at < 44 || at >= 64) { // the rest of the header means nothing
                assertUnreadable(snapshot.toString());
            }
        }
        Files.write(snapshot, Arrays.copyOf(whole, whole.length - 1));
        assertUnreadable(snapshot.toString(), "damaged at byte");
    }

    @Test
    void acceptsWritesLargerThanALogFile() {
        try (EmbeddedStore store = open()) {
            store.put("big", new byte[100_000], ANY);
            store.put("small", new byte[1], ANY);
        }
        try (EmbeddedStore store = open()) {
            assertThat(store.get("big").orElseThrow().value()).hasSize(100_000);
            assertThat(store.get("small")).isPresent();
        }
    }
}
