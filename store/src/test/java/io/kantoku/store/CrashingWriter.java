package io.kantoku.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The process that {@link CrashIT} kills: writes without end and tells each write that was acknowledged or seen by a watch. */
final class CrashingWriter {
    static final EmbeddedStoreOptions OPTIONS = EmbeddedStoreOptions.defaults()
            .withSegments(32 << 10, 256 << 10)
            .withUpkeepInterval(Duration.ofMillis(20))
            .withRetention(new Retention(2000, Duration.ZERO, 4000, 4 << 20));
    private static final int WRITERS = 16;
    private static final int KEYS = 200;

    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private CrashingWriter() {}

    public static void main(String[] args) {
        EmbeddedStore store = EmbeddedStore.open(Path.of(args[0]), OPTIONS);
        store.watch("", store.revision(), new Telling(store));
        for (int i = 0; i < WRITERS; i++) {
            Random random = new Random(Long.parseLong(args[1]) + i);
            Thread.ofPlatform().start(() -> write(store, random));
        }
    }

    /** Tells every change; one who reads too slowly for what the store keeps goes on with the newest, as clients do. */
    private record Telling(EmbeddedStore store) implements Watcher {
        @Override
        public void onChanges(List<Change> changes) {
            changes.forEach(change -> tell("seen", change.revision(), change.key(), change.current()));
        }

        @Override
        public void onEnd(StoreException reason) {
            if (reason.code() == StoreException.Code.COMPACTED) {
                store.watch("", store.revision(), this);
            } else {
                tell("ended", 0, reason.code().name(), null);
            }
        }
    }

    private static void write(EmbeddedStore store, Random random) {
        while (true) {
            String key = "/k/" + random.nextInt(KEYS);
            if (random.nextInt(10) > 0) {
                String value = Long.toHexString(random.nextLong()) + " ".repeat(random.nextInt(2000));
                Entry entry = store.put(key, value.getBytes(UTF_8), new Expectation.Any());
                tell("acknowledged", entry.modRevision(), key, entry);
            } else if (store.get(key).isPresent()) {
                try {
                    tell("acknowledged", store.delete(key, new Expectation.Any()), key, null);
                } catch (StoreException e) {
                    if (e.code() != StoreException.Code.CONFLICT) {
                        throw e;
                    }
                }
            }
        }
    }

    /** One unbuffered write for a line: once made it outlives the process. */
    private static void tell(String what, long revision, String key, @Nullable Entry entry) {
        String line = what + " " + revision + " " + key + " " + describe(entry) + "\n";
        try {
            OUT.write(line.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String describe(@Nullable Entry entry) {
        return entry == null ? "-" : new String(entry.value(), UTF_8).strip();
    }
}
