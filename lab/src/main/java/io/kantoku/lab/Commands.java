package io.kantoku.lab;

import io.kantoku.lab.LabException.Code;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short commands to their end, each with a deadline. What they are given must never be a user's unchecked text. */
public final class Commands {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Commands() {}

    /** How a command ended, with all that it printed. */
    public record Outcome(int code, String output) {}

    /**
     * Runs a command.
     *
     * @throws LabException with {@link Code#COMMAND} when it cannot be started or takes too long
     */
    public static Outcome run(List<String> command) {
        return run(command, new File("/dev/null"));
    }

    private static Outcome run(List<String> command, File input) {
        Path output = null;
        try {
            output = Files.createTempFile("kantoku-command", ".out");
            Process process = new ProcessBuilder(command)
                    .redirectInput(input)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new LabException(Code.COMMAND, "\"" + String.join(" ", command) + "\" took longer than " + LIMIT);
            }
            return new Outcome(
                    process.exitValue(),
                    Files.readString(output, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            throw new LabException(
                    Code.COMMAND, "cannot run \"" + String.join(" ", command) + "\": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException(Code.COMMAND, "interrupted during \"" + String.join(" ", command) + "\"", e);
        } finally {
            if (output != null) {
                output.toFile().delete();
            }
        }
    }

    /** Runs a command that has to succeed. */
    public static void check(List<String> command) {
        check(String.join(" ", command), run(command));
    }

    /** Runs a command that has to succeed and reads a text. */
    public static void check(List<String> command, String input) {
        Path file = null;
        try {
            file = Files.createTempFile("kantoku-command", ".in");
            Files.writeString(file, input);
            check(String.join(" ", command), run(command, file.toFile()));
        } catch (IOException e) {
            throw new LabException(Code.COMMAND, "cannot give a command its input: " + e.getMessage(), e);
        } finally {
            if (file != null) {
                file.toFile().delete();
            }
        }
    }

    /** Runs a shell script, which ends at its first failure and then has failed. */
    public static void script(String text) {
        check(List.of("sh", "-e"), text);
    }

    private static void check(String command, Outcome outcome) {
        if (outcome.code() != 0) {
            throw new LabException(
                    Code.COMMAND, "\"" + command + "\" ended with " + outcome.code() + ": " + outcome.output());
        }
    }
}
