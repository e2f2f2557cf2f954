package io.kantoku.cli.plugin;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Writes messages to standard error in the two forms of Go's logrus, which wrappers of the plugin parse:
 * {@code FATA[0003] text} on a terminal, {@code time="…" level=fatal msg="text"} elsewhere.
 */
final class LogLines {
    /** How serious a message is; terminals show the first four letters. */
    enum Level {
        DEBUG,
        WARNING,
        FATAL
    }

    private final PrintStream err;
    private final boolean terminal;
    private final InstantSource clock;
    private final ZoneId zone;
    private final Instant started;

    LogLines(PrintStream err, boolean terminal, InstantSource clock, ZoneId zone) {
        this.err = err;
        this.terminal = terminal;
        this.clock = clock;
        this.zone = zone;
        this.started = clock.instant();
    }

    void debug(String message) {
        line(Level.DEBUG, message);
    }

    void warning(String message) {
        line(Level.WARNING, message);
    }

    void fatal(String message) {
        line(Level.FATAL, message);
    }

    private void line(Level level, String message) {
        err.println(terminal ? forPeople(level, message) : forPrograms(level, message));
    }

    private String forPeople(Level level, String message) {
        long seconds = Duration.between(started, clock.instant()).toSeconds();
        return String.format(
                Locale.ROOT, "%s[%04d] %s", level.name().substring(0, 4), seconds, Printable.line(message));
    }

    private String forPrograms(Level level, String message) {
        String time = clock.instant()
                .truncatedTo(ChronoUnit.SECONDS)
                .atZone(zone)
                .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
        return "time=\"" + time + "\" level=" + level.name().toLowerCase(Locale.ROOT) + " msg="
                + Printable.quoted(message);
    }
}
