package io.kantoku.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a store does beside its callers' work, on one thread of its own: it tells how old revisions are, writes snapshots once
 * enough of the log is older than what is kept, and prepares log files.
 *
 * <p>A snapshot is of the compacted revision, so that after a restart the past is known as far back as before. While one is
 * written compaction waits, within the bounds of what memory may hold; if it could not wait, the snapshot is given up.
 */
final class Upkeep implements AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(Upkeep.class);

    private record Sample(Instant taken, long revision) {}

    private final Path directory;
    private final Disk disk;
    private final EmbeddedStoreOptions options;
    private final Versions versions;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("store-upkeep").factory());
    private final Deque<Sample> samples = new ArrayDeque<>();
    private volatile long aged;
    private volatile boolean writingSnapshot;
    private long snapshotBytes;

    /** @param snapshotBytes the size of the newest snapshot */
    Upkeep(Path directory, Disk disk, EmbeddedStoreOptions options, Versions versions, long snapshotBytes) {
        this.directory = directory;
        this.disk = disk;
        this.options = options;
        this.versions = versions;
        this.snapshotBytes = snapshotBytes;
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Does the upkeep once and then time and again. */
    void start(Log log, Committer committer, WatchHub watches) {
        long nanos = options.upkeepInterval().toNanos();
        var _ = thread.scheduleWithFixedDelay(
                () -> {
                    try {
                        run(log, committer, watches);
                    } catch (RuntimeException e) {
                        logger.atError()
                                .setMessage("store upkeep failed")
                                .setCause(e)
                                .log();
                    }
                },
                0,
                nanos,
                TimeUnit.NANOSECONDS);
    }

    /** Runs a task of the log's; those that come after closing are not run. */
    void background(Runnable task) {
        if (!thread.isShutdown()) {
            thread.execute(task);
        }
    }

    /** Forgets what need not be kept; on the committer thread. */
    void trim() {
        if (!writingSnapshot) {
            versions.trim(aged);
        }
    }

    synchronized void run(Log log, Committer committer, WatchHub watches) {
        Instant now = options.clock().instant();
        samples.add(new Sample(now, versions.revision()));
        Instant limit = now.minus(options.retention().age());
        while (!samples.isEmpty() && !samples.getFirst().taken().isAfter(limit)) {
            aged = samples.removeFirst().revision();
        }
        committer.submit(new Command.Compact(0)); // an idle store gets older too
        snapshotIfWorthwhile(log);
        watches.progress();
    }

    /** A snapshot has to let go of more log than it writes itself. */
    private void snapshotIfWorthwhile(Log log) {
        if (log.coveredBytes(versions.compacted()) < Math.max(options.segmentBytes(), snapshotBytes)) {
            return;
        }
        writingSnapshot = true;
        try {
            snapshot(log);
        } catch (IOException e) {
            logger.atWarn()
                    .setMessage("no snapshot could be written, the log keeps growing; it will be tried again")
                    .addKeyValue("directory", directory)
                    .setCause(e)
                    .log();
        } finally {
            writingSnapshot = false;
        }
    }

    private void snapshot(Log log) throws IOException {
        long revision = versions.compacted();
        Path unfinished = StoreFiles.unfinishedSnapshot(directory);
        try {
            long bytes = Snapshot.write(disk, unfinished, versions, revision);
            if (versions.compacted() > revision) {
                logger.atInfo()
                        .setMessage("compaction overtook a snapshot; it will be tried again")
                        .addKeyValue("revision", revision)
                        .log();
                return;
            }
            disk.rename(unfinished, StoreFiles.snapshot(directory, revision));
            snapshotBytes = bytes;
        } finally {
            disk.delete(unfinished);
        }
        log.removeCovered(revision);
        Path current = StoreFiles.snapshot(directory, revision);
        for (Path older : StoreFiles.in(directory).snapshots()) {
            if (older.compareTo(current) < 0) {
                disk.delete(older);
            }
        }
    }

    /** Waits for what is being done; the log is not to be closed before. */
    @Override
    public void close() {
        thread.close();
    }
}
