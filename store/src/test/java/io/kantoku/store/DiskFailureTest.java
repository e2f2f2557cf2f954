package io.kantoku.store;

import static io.kantoku.store.StoreContract.ANY;
import static io.kantoku.store.StoreContract.assertCode;
import static io.kantoku.store.StoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.store.FaultyDisk.Fault;
import io.kantoku.store.FaultyDisk.Operation;
import io.kantoku.store.StoreException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A full or failing disk: writes fail and are not written, reads go on, and all is well once the disk is. */
class DiskFailureTest {
    private static final EmbeddedStoreOptions OPTIONS = EmbeddedStoreOptions.defaults()
            .withSegments(4096, 8192)
            .withUpkeepInterval(Duration.ofDays(1))
            .withRetention(new Retention(10, Duration.ZERO, 100, 1 << 20));

    @TempDir
    Path directory;

    private final FaultyDisk disk = new FaultyDisk();
    private EmbeddedStore store;

    @BeforeEach
    void open() {
        store = EmbeddedStore.open(directory, OPTIONS, disk);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void reopen() {
        store.close();
        store = EmbeddedStore.open(directory, OPTIONS, disk);
    }

    private static Fault failing(Set<Operation> operations) {
        return (operation, _) -> {
            if (operations.contains(operation)) {
                throw new IOException("No space left on device");
            }
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"WRITE", "WRITE_REST", "FORCE", "FORCED"})
    void writesNothingWhileTheDiskFails(Operation operation) {
        store.put("a", bytes("1"), ANY);
        Recorder recorder = new Recorder();
        store.watch("", 1, recorder);
        disk.fault(failing(EnumSet.of(operation)));
        assertCode(Code.UNAVAILABLE, () -> store.put("a", bytes("lost"), ANY));
        assertCode(Code.UNAVAILABLE, () -> store.delete("a", ANY));
        assertCode(Code.UNAVAILABLE, () -> store.deletePrefix(""));
        assertThat(store.get("a").map(StoreContract::text)).contains("1");
        assertThat(store.revision()).isEqualTo(2);

        disk.fault(Fault.NONE);
        assertThat(store.put("a", bytes("2"), ANY).modRevision()).isEqualTo(3);
        assertThat(recorder.first(2)).extracting(Change::revision).containsExactly(2L, 3L);
        reopen();
        assertThat(store.revision()).isEqualTo(3);
        assertThat(store.get("a").map(StoreContract::text)).contains("2");
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"WRITE_REST", "FORCE", "FORCED"})
    void forgetsAFailedWriteAlsoAcrossARestart(Operation operation) {
        store.put("a", bytes("1"), ANY);
        boolean[] failed = new boolean[1];
        disk.fault((actual, _) -> {
            if (actual == operation && !failed[0]) {
                failed[0] = true;
                throw new IOException("Input/output error");
            }
        });
        assertCode(Code.UNAVAILABLE, () -> store.put("a", bytes("lost"), ANY));
        reopen();
        assertThat(store.revision()).isEqualTo(2);
        assertThat(store.get("a").map(StoreContract::text)).contains("1");
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"CREATE", "WRITE", "WRITE_REST", "FORCE", "FORCED", "RENAME", "DELETE"})
    void goesOnAfterTheNextLogFileCouldNotBeMade(Operation operation) throws IOException {
        byte[] half = new byte[1500];
        store.put("a", half, ANY);
        store.put("b", half, ANY);
        disk.fault((actual, path) -> {
            if (actual == operation && path.toString().contains("next.log")) {
                throw new IOException("No space left on device");
            }
        });
        long before = store.revision();
        long written = 0;
        for (int i = 0; i < 6; i++) {
            try {
                store.put("c" + i, half, ANY);
                written++;
            } catch (StoreException e) {
                assertThat(e.code()).isEqualTo(Code.UNAVAILABLE);
                assertThat(e).hasMessageContaining("not written").hasMessageContaining("No space left");
            }
        }
        assertThat(store.revision()).isEqualTo(before + written);
        disk.fault(Fault.NONE);
        for (int i = 0; i < 10; i++) {
            store.put("d", half, ANY);
        }
        reopen();
        assertThat(store.revision()).isEqualTo(before + written + 10);
        assertThat(StoreFiles.in(directory).unfinished()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"CREATE", "WRITE", "FORCE", "RENAME"})
    void keepsTheLogWhileNoSnapshotCanBeWritten(Operation operation) throws IOException {
        disk.fault((actual, path) -> {
            if (actual == operation && path.toString().contains("snapshot")) {
                throw new IOException("No space left on device");
            }
        });
        for (int i = 0; i < 60; i++) {
            store.put("k" + i % 5, new byte[1000], ANY);
            store.runUpkeep();
        }
        assertThat(StoreFiles.in(directory).snapshots()).isEmpty();
        int logs = StoreFiles.in(directory).logs().size();
        reopen();
        assertThat(store.revision()).isEqualTo(61);

        disk.fault(Fault.NONE);
        store.put("k", bytes("1"), ANY);
        store.runUpkeep();
        store.put("k", bytes("2"), ANY);
        store.runUpkeep();
        assertThat(StoreFiles.in(directory).snapshots()).hasSize(1);
        assertThat(StoreFiles.in(directory).logs()).hasSizeLessThan(logs);
        reopen();
        assertThat(store.revision()).isEqualTo(63);
    }

    @Test
    void saysWhyItCannotOpen() {
        store.close();
        disk.fault(failing(EnumSet.allOf(Operation.class)));
        assertThatThrownBy(() -> EmbeddedStore.open(directory.resolve("new"), OPTIONS, disk))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(Code.UNAVAILABLE))
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("No space left");
        disk.fault(Fault.NONE);
        EmbeddedStore.open(directory.resolve("new"), OPTIONS, disk).close();
    }

    @Test
    void refusesADirectoryThatIsOpen() {
        assertThatThrownBy(() -> EmbeddedStore.open(directory))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(Code.UNAVAILABLE))
                .hasMessageContaining("open in this process");
    }

    @Test
    void letsOnlyTheOwnerReadItsFiles() throws IOException {
        store.put("secret", bytes("s"), ANY);
        for (Path log : StoreFiles.in(directory).logs()) {
            assertThat(Files.getPosixFilePermissions(log)).hasToString("[OWNER_READ, OWNER_WRITE]");
        }
    }
}
