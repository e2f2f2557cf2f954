package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.ConsoleLine;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;

/** The newest lines of one machine's console; older ones are forgotten. Thread-safe. */
final class ConsoleLog {
    private static final int LINES_KEPT = 1000;

    private final ArrayDeque<ConsoleLine> lines = new ArrayDeque<>();
    private long last;

    /** Adds a line; one that says the same as the line before is left out. */
    synchronized void add(Instant time, String text) {
        if (text.isEmpty() || (!lines.isEmpty() && lines.getLast().text().equals(text))) {
            return;
        }
        lines.add(new ConsoleLine(++last, time, text));
        if (lines.size() > LINES_KEPT) {
            lines.removeFirst();
        }
    }

    /** The lines that are kept with higher numbers than {@code after}. */
    synchronized List<ConsoleLine> after(long after) {
        return lines.stream().filter(line -> line.number() > after).toList();
    }
}
