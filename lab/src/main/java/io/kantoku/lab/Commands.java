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

/** Runs short commands to their end, each with a deadline. */
final class Commands {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Commands() {}

    /** How a command ended, with all that it printed. */
    record Outcome(int code, String output) {}

    static Outcome run(List<String> command) {
        Path output = null;
        try {
            output = Files.createTempFile("kantoku-command", ".out");
            Process process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
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
    static void check(List<String> command) {
        Outcome outcome = run(command);
        if (outcome.code() != 0) {
            throw new LabException(
                    Code.COMMAND,
                    "\"" + String.join(" ", command) + "\" ended with " + outcome.code() + ": " + outcome.output());
        }
    }
}
