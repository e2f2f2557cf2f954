package io.kantoku.loadbalancer.dataplane;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

/** Tells, on a thread of its own, when a file may have changed. */
public final class FileWatch implements AutoCloseable {
    private final WatchService service;
    private final Path file;
    private final Runnable changed;
    private final Thread watcher;
    private volatile boolean closed;

    private FileWatch(WatchService service, Path file, Runnable changed) {
        this.service = service;
        this.file = file;
        this.changed = changed;
        this.watcher = Thread.ofVirtual().name("watch-" + file.getFileName()).unstarted(this::run);
    }

    public static FileWatch of(Path file, Runnable changed) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(file + " is in no directory");
        }
        WatchService service = directory.getFileSystem().newWatchService();
        directory.register(
                service,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
        FileWatch watch = new FileWatch(service, file, changed);
        watch.watcher.start();
        return watch;
    }

    private void run() {
        try {
            while (true) {
                WatchKey key = service.take();
                boolean concerns = key.pollEvents().stream()
                        .anyMatch(event -> event.context() instanceof Path path && path.equals(file.getFileName()));
                key.reset();
                if (concerns && !closed) {
                    changed.run();
                }
            }
        } catch (ClosedWatchServiceException e) {
            // closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when nothing is told any more; what is being told just now is told to its end. */
    @Override
    public void close() {
        closed = true;
        try {
            service.close();
            watcher.join();
        } catch (IOException e) {
            throw new IllegalStateException("a watch cannot be closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
