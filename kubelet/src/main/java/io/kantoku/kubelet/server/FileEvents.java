package io.kantoku.kubelet.server;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes whoever waits for a file to change. One watch service and one thread for all files; guarded by itself. */
public final class FileEvents implements AutoCloseable {
    /** Waits for nothing. */
    static final Watch NO_WATCH = new Watch() {
        @Override
        public void await(Duration longest) {}

        @Override
        public void close() {}
    };

    private final WatchService service;
    private final Map<Path, Directory> directories = new HashMap<>();

    /** A directory in which files are waited for. */
    private record Directory(WatchKey key, Set<Waiting> waiting) {}

    /** A wait for a file. */
    interface Watch extends AutoCloseable {
        /** Returns when the file has changed since the last time, or after {@code longest}. */
        void await(Duration longest) throws InterruptedException;

        @Override
        void close();
    }

    private FileEvents(WatchService service) {
        this.service = service;
    }

    /**
     * Begins to watch.
     *
     * @param anywhere a path of the file system that the files are in
     * @throws IOException when the kernel gives no more inotify instances
     */
    public static FileEvents open(Path anywhere) throws IOException {
        FileEvents events = new FileEvents(anywhere.getFileSystem().newWatchService());
        Thread.ofPlatform().daemon().name("file-events").start(events::run);
        return events;
    }

    /** @throws IOException when the file's directory does not exist */
    Watch watch(Path file) throws IOException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "the root is no file");
        Waiting waiting = new Waiting(directory, Objects.requireNonNull(file.getFileName()));
        synchronized (this) {
            Directory watched = directories.get(directory);
            if (watched == null) {
                WatchKey key = directory.register(
                        service,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
                watched = new Directory(key, new HashSet<>());
                directories.put(directory, watched);
            }
            watched.waiting().add(waiting);
        }
        return waiting;
    }

    private void run() {
        try {
            while (true) {
                WatchKey key = service.take();
                List<WatchEvent<?>> changes = key.pollEvents();
                key.reset();
                tell((Path) key.watchable(), changes);
            }
        } catch (ClosedWatchServiceException e) {
            wakeAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void tell(Path directory, List<WatchEvent<?>> changes) {
        Directory watched = directories.get(directory);
        if (watched == null) {
            return;
        }
        for (WatchEvent<?> change : changes) {
            for (Waiting waiting : watched.waiting()) {
                if (change.context() == null || change.context().equals(waiting.name)) {
                    waiting.changed.release();
                }
            }
        }
    }

    private synchronized void wakeAll() {
        directories.values().forEach(watched -> watched.waiting().forEach(waiting -> waiting.changed.release()));
    }

    private synchronized void forget(Waiting waiting) {
        Directory watched = directories.get(waiting.directory);
        if (watched != null
                && watched.waiting().remove(waiting)
                && watched.waiting().isEmpty()) {
            watched.key().cancel();
            directories.remove(waiting.directory);
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }

    private final class Waiting implements Watch {
        private final Path directory;
        private final Path name;
        private final Semaphore changed = new Semaphore(0);

        Waiting(Path directory, Path name) {
            this.directory = directory;
            this.name = name;
        }

        @Override
        public void await(Duration longest) throws InterruptedException {
            if (changed.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                changed.drainPermits();
            }
        }

        @Override
        public void close() {
            forget(this);
        }
    }
}
