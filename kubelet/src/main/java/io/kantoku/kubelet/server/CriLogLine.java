package io.kantoku.kubelet.server;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;

/**
 * A line of a container's log as CRI runtimes write it: {@code 2016-10-06T00:17:09.669794202Z stdout F text}. Pure.
 *
 * @param time as it stands in the line
 * @param complete whether the container's line ends here, or goes on in the next one of its stream
 * @param content what the container wrote, without a line's end
 */
@SuppressWarnings("ArrayRecordComponent") // lines are not compared
record CriLogLine(String time, Stream stream, boolean complete, byte[] content) {
    /** Where the container wrote. */
    enum Stream {
        STDOUT,
        STDERR
    }

    /** Reads a line without its end; empty when it has another form. */
    static Optional<CriLogLine> parse(byte[] line) {
        int time = indexOf(line, 0);
        int stream = time < 0 ? -1 : indexOf(line, time + 1);
        if (stream < 0) {
            return Optional.empty();
        }
        int tags = indexOf(line, stream + 1);
        int tagsEnd = tags < 0 ? line.length : tags;
        Stream written = switch (text(line, time + 1, stream)) {
            case "stdout" -> Stream.STDOUT;
            case "stderr" -> Stream.STDERR;
            default -> null;
        };
        if (written == null || tagsEnd == stream + 1) {
            return Optional.empty();
        }
        // Further tags may come after a colon; only the first says something to us.
        boolean complete = !text(line, stream + 1, tagsEnd).split(":", 2)[0].equals("P");
        byte[] content = tags < 0 ? new byte[0] : Arrays.copyOfRange(line, tags + 1, line.length);
        return Optional.of(new CriLogLine(text(line, 0, time), written, complete, content));
    }

    /** When it was written; the epoch when the time cannot be read, so that no line is lost for it. */
    Instant instant() {
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    private static int indexOf(byte[] line, int from) {
        for (int i = from; i < line.length; i++) {
            if (line[i] == ' ') {
                return i;
            }
        }
        return -1;
    }

    private static String text(byte[] line, int from, int to) {
        return new String(line, from, to - from, StandardCharsets.US_ASCII);
    }
}
