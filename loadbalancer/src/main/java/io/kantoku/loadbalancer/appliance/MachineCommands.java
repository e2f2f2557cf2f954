package io.kantoku.loadbalancer.appliance;

import io.kantoku.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short programs in a machine's network, each to its end within a deadline. */
record MachineCommands(NetworkNamespace namespace) {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /**
     * Runs a program that has to succeed.
     *
     * @throws IOException with what it printed when it does not
     */
    void run(String... command) throws IOException {
        run("", List.of(command));
    }

    /** Runs a program that reads its orders from its input, and returns what it printed. */
    String run(String input, List<String> command) throws IOException {
        Path output = Files.createTempFile("kantoku-machine", ".out");
        try {
            Process process = new ProcessBuilder(entered(command))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException(text(command) + " took longer than " + LONGEST.toSeconds() + " s");
            }
            String printed = Files.readString(output, StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException(text(command) + " in " + namespace + ": " + printed);
            }
            return printed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during " + text(command), e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** The command line that does it. */
    List<String> entered(List<String> command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + namespace.path(), "--"));
        all.addAll(command);
        return all;
    }

    private static String text(List<String> command) {
        return "\"" + String.join(" ", command) + "\"";
    }
}
