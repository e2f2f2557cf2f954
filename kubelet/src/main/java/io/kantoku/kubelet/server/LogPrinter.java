package io.kantoku.kubelet.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/** Writes the wanted lines of a log to a client, and knows when it has had enough. */
final class LogPrinter {
    private final LogOptions options;
    private final OutputStream out;
    private final Map<CriLogLine.Stream, Boolean> within = new EnumMap<>(CriLogLine.Stream.class);
    private long left;

    LogPrinter(LogOptions options, OutputStream out) {
        this.options = options;
        this.out = out;
        this.left = options.limitBytes() < 0 ? Long.MAX_VALUE : options.limitBytes();
    }

    /** Writes a line of the file, or nothing when it is older than wanted or of the other stream. */
    void print(CriLogLine line) throws IOException {
        boolean wantedStream = switch (options.stream()) {
            case "Stdout" -> line.stream() == CriLogLine.Stream.STDOUT;
            case "Stderr" -> line.stream() == CriLogLine.Stream.STDERR;
            default -> true;
        };
        if (!wantedStream
                || (!options.since().equals(Instant.EPOCH) && line.instant().isBefore(options.since()))) {
            return;
        }
        boolean goesOn = within.getOrDefault(line.stream(), false);
        if (options.timestamps() && !goesOn) {
            write((line.time() + " ").getBytes(StandardCharsets.US_ASCII));
        }
        write(line.content());
        if (line.complete()) {
            write(new byte[] {'\n'});
        }
        within.put(line.stream(), !line.complete());
    }

    private void write(byte[] bytes) throws IOException {
        int count = (int) Math.min(bytes.length, left);
        out.write(bytes, 0, count);
        left -= count;
    }

    void flush() throws IOException {
        out.flush();
    }

    /** Whether the limit of bytes is reached. */
    boolean full() {
        return left <= 0;
    }
}
