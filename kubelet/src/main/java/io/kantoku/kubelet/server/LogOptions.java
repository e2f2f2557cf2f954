package io.kantoku.kubelet.server;

import io.kantoku.transport.Exchange;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * What of a container's log is wanted (PodLogOptions of the Kubernetes API).
 *
 * @param since nothing that is older; the epoch for all
 * @param tailLines how many lines from the end; negative for all
 * @param limitBytes after how many bytes to stop; negative for never
 * @param stream {@code All}, {@code Stdout} or {@code Stderr}
 */
record LogOptions(
        boolean follow,
        boolean previous,
        boolean timestamps,
        Instant since,
        long tailLines,
        long limitBytes,
        String stream) {
    static final LogOptions ALL = new LogOptions(false, false, false, Instant.EPOCH, -1, -1, "All");

    /** @throws StreamRefusal 400 naming the parameter that is wrong */
    static LogOptions of(Exchange exchange, Instant now) {
        Instant since = Instant.EPOCH;
        long seconds = number(exchange, "sinceSeconds");
        if (seconds > 0) {
            since = now.minusSeconds(seconds);
        }
        Optional<String> time = exchange.query("sinceTime").filter(text -> !text.isEmpty());
        if (time.isPresent()) {
            try {
                since = OffsetDateTime.parse(time.get()).toInstant();
            } catch (DateTimeException e) {
                throw new StreamRefusal(400, "sinceTime is not an RFC 3339 time: " + time.get());
            }
        }
        return new LogOptions(
                exchange.flag("follow"),
                exchange.flag("previous"),
                exchange.flag("timestamps"),
                since,
                exchange.query("tail").isPresent() ? number(exchange, "tail") : number(exchange, "tailLines"),
                number(exchange, "limitBytes"),
                exchange.query("stream").filter(text -> !text.isEmpty()).orElse("All"));
    }

    LogOptions with(boolean followed, long tail, long limit) {
        return new LogOptions(followed, previous, timestamps, since, tail, limit, stream);
    }

    private static long number(Exchange exchange, String name) {
        String text = exchange.query(name).orElse("");
        if (text.isEmpty()) {
            return -1;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new StreamRefusal(400, name + " is no number: " + text);
        }
    }
}
