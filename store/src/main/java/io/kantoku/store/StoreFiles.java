package io.kantoku.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The names in a store's directory.
 *
 * @param logs segments of the log, in their order
 * @param snapshots in the order of their revisions
 * @param unfinished files that a crash left behind before they counted
 */
record StoreFiles(List<Path> logs, List<Path> snapshots, List<Path> unfinished) {
    private static final String LOG = ".log";
    private static final String SNAPSHOT = ".snapshot";
    private static final String UNFINISHED = ".unfinished";

    static StoreFiles in(Path directory) throws IOException {
        List<Path> logs = new ArrayList<>();
        List<Path> snapshots = new ArrayList<>();
        List<Path> unfinished = new ArrayList<>();
        try (var paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                String name = path.getFileName().toString();
                if (name.endsWith(LOG)) {
                    logs.add(path);
                } else if (name.endsWith(SNAPSHOT)) {
                    snapshots.add(path);
                } else if (name.endsWith(UNFINISHED)) {
                    unfinished.add(path);
                }
            }
        }
        Collections.sort(logs);
        Collections.sort(snapshots);
        return new StoreFiles(logs, snapshots, unfinished);
    }

    static Path log(Path directory, long sequence) {
        return directory.resolve("%019d".formatted(sequence) + LOG);
    }

    static Path blank(Path directory) {
        return directory.resolve("next" + LOG + UNFINISHED);
    }

    static Path snapshot(Path directory, long revision) {
        return directory.resolve("%019d".formatted(revision) + SNAPSHOT);
    }

    static Path unfinishedSnapshot(Path directory) {
        return directory.resolve("next" + SNAPSHOT + UNFINISHED);
    }

    /** A file's content, readable until the arena is closed. */
    static ByteBuffer map(Path path, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena)
                    .asByteBuffer();
        }
    }
}
