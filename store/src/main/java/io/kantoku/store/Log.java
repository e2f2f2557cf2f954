package io.kantoku.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write-ahead log: numbered segment files, of which the last is appended to.
 *
 * <p>The committer thread appends. The next segment is prepared in the background once the present one is half full, or by
 * the committer itself if that has not begun when it is needed. Full segments may be removed from any thread.
 */
final class Log implements Closeable {
    private static final Logger logger = LoggerFactory.getLogger(Log.class);

    /** A full segment. */
    record Full(Path path, long lastRevision, long bytes) {}

    /** A file of zeros that lacks its header and name. */
    private record Blank(Path path, WritableFile file, long capacity) {}

    private final Path directory;
    private final Disk disk;
    private final EmbeddedStoreOptions options;
    private final RandomGenerator random;
    private final Executor background;
    private final Deque<Full> full;
    private @Nullable Segment current;
    private @Nullable FutureTask<Blank> next;
    private boolean rolling;
    private long nextCapacity;
    private long lastSequence;

    /**
     * @param full the full segments found, oldest first
     * @param current the segment to go on with, null in a new store
     */
    Log(
            Path directory,
            Disk disk,
            EmbeddedStoreOptions options,
            RandomGenerator random,
            Executor background,
            List<Full> full,
            @Nullable Segment current) {
        this.directory = directory;
        this.disk = disk;
        this.options = options;
        this.random = random;
        this.background = background;
        this.full = new ConcurrentLinkedDeque<>(full);
        this.current = current;
        this.nextCapacity = current == null
                ? options.firstSegmentBytes()
                : Math.clamp(2 * current.capacity(), options.firstSegmentBytes(), options.segmentBytes());
        this.lastSequence = current == null ? 0 : current.header().sequence();
    }

    /** Makes the log ready to append to; what a crash left of an unfinished frame is erased. */
    void begin(long firstRevision) throws IOException {
        if (current == null) {
            current = newSegment(0, firstRevision);
        } else {
            current.erase();
        }
    }

    /**
     * Makes a frame durable, or has no effect.
     *
     * @param firstRevision the revision of the frame's first change
     */
    void append(ByteBuffer frame, long firstRevision) throws IOException {
        Segment segment = current;
        if (segment == null) {
            throw new IllegalStateException("the log has not begun");
        }
        if (rolling || !segment.hasRoomFor(frame.remaining())) {
            segment = roll(segment, frame.remaining(), firstRevision);
        }
        segment.append(frame);
        if (segment.isHalfFull() && next == null) {
            next = blank(nextCapacity);
            background.execute(next);
        }
    }

    /** The size of the full segments that hold nothing after a revision. */
    long coveredBytes(long revision) {
        return full.stream()
                .takeWhile(segment -> segment.lastRevision() <= revision)
                .mapToLong(Full::bytes)
                .sum();
    }

    /** Removes the full segments that hold nothing after a revision. */
    void removeCovered(long revision) throws IOException {
        for (Full oldest = full.peek(); oldest != null && oldest.lastRevision() <= revision; oldest = full.peek()) {
            disk.delete(oldest.path());
            full.remove(oldest);
        }
    }

    /** To be called once neither appending nor the background goes on. */
    @Override
    public void close() throws IOException {
        if (current != null) {
            current.close();
        }
        if (next != null && next.state() == Future.State.SUCCESS) {
            discard(next.resultNow());
        }
    }

    /** Once begun it has to succeed before anything is written, for the next file may exist already though it failed. */
    private Segment roll(Segment segment, int frameBytes, long firstRevision) throws IOException {
        segment.erase(); // a full segment must end cleanly
        rolling = true;
        Segment successor = newSegment(frameBytes, firstRevision);
        full.add(new Full(segment.path(), firstRevision - 1, segment.capacity()));
        current = successor;
        rolling = false;
        segment.close();
        return successor;
    }

    private Segment newSegment(int frameBytes, long firstRevision) throws IOException {
        long needed = (long) FileHeader.BYTES + frameBytes;
        if (next != null && next.state() == Future.State.FAILED) {
            next = null;
            nextCapacity = options.firstSegmentBytes();
        }
        FutureTask<Blank> task = next == null ? blank(Math.max(needed, nextCapacity)) : next;
        next = null;
        task.run(); // does nothing if the background has begun it
        Blank blank;
        try {
            blank = take(task);
        } catch (IOException e) {
            nextCapacity = options.firstSegmentBytes(); // a small one may find room on a full disk
            throw e;
        }
        if (blank.capacity() < needed) {
            discard(blank);
            return newSegment(frameBytes, firstRevision);
        }
        return begin(blank, firstRevision);
    }

    private Segment begin(Blank blank, long firstRevision) throws IOException {
        FileHeader header = new FileHeader(FileHeader.Kind.LOG, lastSequence + 1, firstRevision, random.nextLong() | 1);
        Path path = StoreFiles.log(directory, header.sequence());
        try {
            blank.file().write(header.encode(), 0);
            blank.file().force();
            disk.rename(blank.path(), path);
        } catch (IOException e) {
            discard(blank);
            disk.delete(path);
            throw e;
        }
        lastSequence = header.sequence();
        nextCapacity = Math.min(2 * blank.capacity(), options.segmentBytes());
        return new Segment(path, header, blank.file(), blank.capacity(), FileHeader.BYTES, FileHeader.BYTES);
    }

    private FutureTask<Blank> blank(long capacity) {
        return new FutureTask<>(() -> {
            Path path = StoreFiles.blank(directory);
            WritableFile file = disk.create(path);
            try {
                Segment.fillWithZeros(file, 0, capacity);
                file.force();
            } catch (IOException e) {
                discard(new Blank(path, file, capacity));
                throw e;
            }
            return new Blank(path, file, capacity);
        });
    }

    private static Blank take(FutureTask<Blank> task) throws IOException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException(cause.getMessage(), cause);
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a log file was prepared");
        }
    }

    /** Gives a file's space back; that this may fail as well on a failing disk is only worth a line in the log. */
    private void discard(Blank blank) {
        try (WritableFile _ = blank.file()) {
            disk.delete(blank.path());
        } catch (IOException e) {
            logger.atWarn()
                    .setMessage("an unused log file could not be removed")
                    .addKeyValue("file", blank.path())
                    .setCause(e)
                    .log();
        }
    }
}
