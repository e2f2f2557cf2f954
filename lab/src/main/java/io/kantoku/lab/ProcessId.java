package io.kantoku.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process for good: pids are used again, a pid with its start time is not.
 *
 * @param startTime in clock ticks since boot, field 22 of {@code /proc/<pid>/stat}
 */
public record ProcessId(long pid, long startTime) {
    private static final int START_TIME_AFTER_NAME = 19;

    /** The living process with this pid; a zombie is dead. */
    public static Optional<ProcessId> of(long pid) {
        try {
            // The name in parentheses may hold anything, so fields are counted after the last parenthesis.
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            boolean dead = fields[0].equals("Z") || fields[0].equals("X");
            return dead
                    ? Optional.empty()
                    : Optional.of(new ProcessId(pid, Long.parseLong(fields[START_TIME_AFTER_NAME])));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) { // the process ended while its file was read (ESRCH)
            return Optional.empty();
        }
    }

    public static ProcessId self() {
        long pid = ProcessHandle.current().pid();
        return of(pid).orElseThrow(() ->
                new LabException(LabException.Code.KERNEL, "/proc/" + pid + "/stat is missing; mount /proc"));
    }

    /** Whether the process itself, not a later one with its pid, lives. */
    public boolean alive() {
        return of(pid).filter(this::equals).isPresent();
    }
}
