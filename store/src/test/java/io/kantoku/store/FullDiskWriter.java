package io.kantoku.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** The process of {@link FullDiskIT}: fills a small disk, makes room, and looks whether all is there. */
final class FullDiskWriter {
    private static final EmbeddedStoreOptions OPTIONS = EmbeddedStoreOptions.defaults()
            .withSegments(256 << 10, 512 << 10)
            .withUpkeepInterval(Duration.ofMillis(50))
            .withRetention(new Retention(100, Duration.ZERO, 200, 1 << 20));
    private static final int VALUE = 20_000;
    private static final int MOST = 2_000;

    private final Map<String, byte[]> written = new HashMap<>();
    private final Random random = new Random(17);

    private FullDiskWriter() {}

    public static void main(String[] args) throws IOException {
        new FullDiskWriter().run(Path.of(args[0]));
    }

    private void run(Path disk) throws IOException {
        Path filler = disk.resolve("filler");
        Files.write(filler, new byte[2 << 20]);
        Path directory = disk.resolve("store");
        try (EmbeddedStore store = EmbeddedStore.open(directory, OPTIONS)) {
            StoreException full = fill(store);
            say("full: " + full.getMessage());
            long revision = store.revision();
            for (int i = 0; i < 20; i++) {
                refused(store);
            }
            require(store.revision() == revision, "a refused write has changed the revision");
            compare(store);
            say("reads are served");
            Files.delete(filler);
            put(store, "/k/after");
            say("writes succeed again");
        }
        try (EmbeddedStore store = EmbeddedStore.open(directory, OPTIONS)) {
            compare(store);
            say("nothing was lost");
        }
    }

    private StoreException fill(EmbeddedStore store) {
        for (int i = 0; i < MOST; i++) {
            try {
                put(store, "/k/" + i);
            } catch (StoreException e) {
                require(e.code() == StoreException.Code.UNAVAILABLE, "refused with " + e.code());
                return e;
            }
        }
        throw new IllegalStateException("the disk has not become full");
    }

    private void put(EmbeddedStore store, String key) {
        byte[] value = new byte[VALUE];
        random.nextBytes(value);
        store.put(key, value, new Expectation.Any());
        written.put(key, value);
    }

    private void refused(EmbeddedStore store) {
        try {
            put(store, "/k/refused");
        } catch (StoreException e) {
            require(e.code() == StoreException.Code.UNAVAILABLE, "refused with " + e.code());
            return;
        }
        throw new IllegalStateException("a write has succeeded on a full disk");
    }

    private void compare(EmbeddedStore store) {
        written.forEach((key, value) -> require(
                store.get(key)
                        .filter(entry -> Arrays.equals(entry.value(), value))
                        .isPresent(),
                key + " is lost"));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static void say(String what) {
        System.out.println("# " + what);
    }
}
