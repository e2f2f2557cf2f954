package io.kantoku.store;

import io.kantoku.store.StoreException.Code;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a directory back: the newest snapshot, then every frame of the log after it.
 *
 * <p>Only the frame that a crash interrupted, which nobody was told about, can be incomplete; it is the last one of the last
 * segment. Damage anywhere else means that acknowledged writes are gone, and the store refuses to open rather than go on
 * without them.
 */
final class Recovery {
    private static final Logger logger = LoggerFactory.getLogger(Recovery.class);

    private final Path directory;
    private final Disk disk;
    private final Versions versions;
    private final List<Log.Full> full = new ArrayList<>();
    private @Nullable Segment last;
    private long snapshotBytes;

    private Recovery(Path directory, Disk disk, Versions versions) {
        this.directory = directory;
        this.disk = disk;
        this.versions = versions;
    }

    /** Fills an empty {@code versions} from a directory, which may be empty as well. */
    static Recovery run(Path directory, Disk disk, Versions versions) throws IOException {
        Recovery recovery = new Recovery(directory, disk, versions);
        recovery.run();
        return recovery;
    }

    /** The full segments, oldest first. */
    List<Log.Full> full() {
        return full;
    }

    /** The segment to go on with, null in a new store. */
    @Nullable
    Segment last() {
        return last;
    }

    /** The size of the newest snapshot, 0 if there is none. */
    long snapshotBytes() {
        return snapshotBytes;
    }

    private void run() throws IOException {
        StoreFiles files = StoreFiles.in(directory);
        for (Path unfinished : files.unfinished()) {
            disk.delete(unfinished);
        }
        if (!files.snapshots().isEmpty()) {
            Path newest = files.snapshots().getLast();
            versions.load(newest);
            snapshotBytes = Files.size(newest);
            for (Path older : files.snapshots().subList(0, files.snapshots().size() - 1)) {
                disk.delete(older);
            }
        }
        List<Located> logs = locate(files.logs());
        if (logs.isEmpty() && files.snapshots().isEmpty()) {
            return;
        }
        int first = firstNeeded(logs);
        for (int i = 0; i < first; i++) {
            full.add(new Log.Full(
                    logs.get(i).path(),
                    logs.get(i + 1).header().revision() - 1,
                    Files.size(logs.get(i).path())));
        }
        for (int i = first; i < logs.size(); i++) {
            replay(logs.get(i), i == logs.size() - 1);
        }
    }

    private record Located(Path path, FileHeader header) {}

    private static List<Located> locate(List<Path> paths) throws IOException {
        List<Located> logs = new ArrayList<>();
        for (Path path : paths) {
            try (Arena arena = Arena.ofConfined()) {
                ByteBuffer bytes = StoreFiles.map(path, arena);
                logs.add(new Located(path, FileHeader.read(FileHeader.Kind.LOG, bytes, path)));
            }
        }
        return logs;
    }

    /** The last log file that begins no later than what follows the snapshot; all before it are covered. */
    private int firstNeeded(List<Located> logs) {
        for (int i = logs.size() - 1; i >= 0; i--) {
            if (logs.get(i).header().revision() <= versions.revision() + 1) {
                return i;
            }
        }
        throw new StoreException(
                Code.UNREADABLE,
                directory + " lacks the log file with revision " + (versions.revision() + 1)
                        + "; restore the directory from a backup");
    }

    private void replay(Located log, boolean isLast) throws IOException {
        FileHeader header = log.header();
        if (header.revision() > versions.revision() + 1) {
            throw damaged(log.path(), 0, "revision " + (versions.revision() + 1) + " is missing before it");
        }
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer bytes = StoreFiles.map(log.path(), arena);
            int end = FileHeader.BYTES;
            long expected = header.revision();
            for (Optional<Frame> frame = Frame.read(bytes, end, header.salt());
                    frame.isPresent();
                    frame = Frame.read(bytes, end, header.salt())) {
                if (frame.get().firstRevision() != expected) {
                    throw damaged(
                            log.path(), end, "revision " + frame.get().firstRevision() + " follows " + (expected - 1));
                }
                expected = apply(frame.get());
                end = frame.get().end();
            }
            if (expected <= versions.revision() && isLast) {
                throw damaged(log.path(), end, "it ends before the snapshot of revision " + versions.revision());
            }
            int dirtyEnd = endOfContent(bytes, end);
            if (!isLast) {
                if (dirtyEnd > end) {
                    throw damaged(log.path(), end, "other log files follow");
                }
                full.add(new Log.Full(log.path(), expected - 1, bytes.limit()));
                return;
            }
            if (dirtyEnd > end) {
                refuseIfFramesFollow(log, bytes, end);
                logger.atWarn()
                        .setMessage(
                                "the end of the log is an unfinished write that was never acknowledged; it is removed")
                        .addKeyValue("file", log.path())
                        .addKeyValue("bytes", dirtyEnd - end)
                        .log();
            }
            last = new Segment(log.path(), header, disk.open(log.path()), bytes.limit(), end, dirtyEnd);
        }
    }

    /** Applies what the snapshot does not have yet and returns the revision that comes next. */
    private long apply(Frame frame) {
        long revision = frame.firstRevision();
        for (Frame.Mutation mutation : frame.mutations()) {
            if (revision > versions.revision()) {
                Entry previous = versions.get(mutation.key());
                byte[] value = mutation.value();
                Entry current = value == null
                        ? null
                        : new Entry(
                                mutation.key(),
                                value,
                                previous == null ? revision : previous.createRevision(),
                                revision);
                versions.apply(new Change(revision, mutation.key(), current, previous));
            }
            revision++;
        }
        return revision;
    }

    private static int endOfContent(ByteBuffer bytes, int from) {
        int end = bytes.limit();
        while (end - Long.BYTES >= from && bytes.getLong(end - Long.BYTES) == 0) {
            end -= Long.BYTES;
        }
        while (end > from && bytes.get(end - 1) == 0) {
            end--;
        }
        return end;
    }

    private static void refuseIfFramesFollow(Located log, ByteBuffer bytes, int end) {
        for (int at = end + Frame.ALIGNMENT; at < bytes.limit(); at += Frame.ALIGNMENT) {
            if (Frame.read(bytes, at, log.header().salt()).isPresent()) {
                throw damaged(log.path(), end, "good writes follow at byte " + at);
            }
        }
    }

    private static StoreException damaged(Path path, long at, String detail) {
        return new StoreException(
                Code.UNREADABLE,
                path + " is damaged at byte " + at + ": " + detail + "; restore the directory from a backup");
    }
}
