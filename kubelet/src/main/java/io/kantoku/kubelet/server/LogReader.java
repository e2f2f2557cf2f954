package io.kantoku.kubelet.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Reads a container's log to a client, and on while it grows; owned by the thread of the request. */
final class LogReader {
    /** How long after the end of a container its followers may learn of it; a line that is written wakes them at once. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final FileEvents events;

    LogReader(FileEvents events) {
        this.events = events;
    }

    /**
     * Writes what is wanted of a log.
     *
     * @param gone whether the client has gone away
     * @throws StreamRefusal 404 when there is no file, and nothing to wait for
     */
    void copy(ContainerLog log, LogOptions options, OutputStream out, BooleanSupplier gone)
            throws IOException, InterruptedException {
        LogPrinter printer = new LogPrinter(options, out);
        try (FileEvents.Watch watch = options.follow() ? events.watch(log.file()) : FileEvents.NO_WATCH) {
            LogFile file = open(log, options, watch, gone);
            try {
                if (options.tailLines() >= 0) {
                    file.tail(options.tailLines());
                }
                while (!gone.getAsBoolean()) {
                    boolean growing =
                            options.follow() && log.growing().getAsBoolean(); // asked before the end is reached
                    print(file, printer);
                    if (printer.full()) {
                        return;
                    }
                    if (file.replaced(log.file())) {
                        print(file, printer); // what was written between the last read and the rename
                        file.close();
                        file = LogFile.open(log.file());
                    } else if (growing) {
                        watch.await(LOOK);
                    } else {
                        return;
                    }
                }
            } finally {
                file.close();
            }
        }
    }

    private static LogFile open(ContainerLog log, LogOptions options, FileEvents.Watch watch, BooleanSupplier gone)
            throws IOException, InterruptedException {
        while (true) {
            boolean wait = options.follow() && log.growing().getAsBoolean() && !gone.getAsBoolean();
            try {
                return LogFile.open(log.file());
            } catch (NoSuchFileException e) {
                if (!wait) {
                    throw new StreamRefusal(404, "there is no log: " + name(log.file()) + " does not exist");
                }
            }
            watch.await(LOOK);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static void print(LogFile file, LogPrinter printer) throws IOException {
        boolean some = false;
        for (Optional<byte[]> line = file.next(); line.isPresent() && !printer.full(); line = file.next()) {
            Optional<CriLogLine> parsed = CriLogLine.parse(line.get());
            if (parsed.isPresent()) {
                printer.print(parsed.get());
                some = true;
            }
        }
        if (some) {
            printer.flush();
        }
    }
}
