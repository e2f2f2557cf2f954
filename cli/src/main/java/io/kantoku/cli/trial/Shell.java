package io.kantoku.cli.trial;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs commands with an environment of their own, and takes down what they print.
 *
 * @param environment of the commands; replaces this process's
 * @param directory where they run
 */
public record Shell(Map<String, String> environment, Path directory) {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final List<String> KEPT = List.of("PATH", "LANG", "TZ", "JAVA_HOME");
    private static final String OWN = "KANTOKU_";

    public Shell {
        environment = Map.copyOf(environment);
    }

    /**
     * With a home directory of its own and without proxies, so that neither the user's settings are seen nor changed.
     *
     * @param bin a directory whose programs are found first
     */
    static Shell in(Path directory, Path bin) {
        Map<String, String> environment = new HashMap<>();
        System.getenv().forEach((name, value) -> {
            if (KEPT.contains(name) || name.startsWith(OWN)) {
                environment.put(name, value);
            }
        });
        environment.put("HOME", directory.toString());
        environment.merge("PATH", bin.toString(), (path, first) -> first + ":" + path);
        return new Shell(environment, directory);
    }

    public Shell with(String name, String value) {
        Map<String, String> changed = new HashMap<>(environment);
        changed.put(name, value);
        return new Shell(changed, directory);
    }

    /** Where the program is on this environment's PATH. */
    public Optional<Path> find(String program) {
        return Stream.of(environment.getOrDefault("PATH", "").split(":", -1))
                .map(entry -> Path.of(entry).resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public Outcome run(List<String> command) throws InterruptedException {
        return run(command, "", LIMIT);
    }

    /**
     * Runs a command to its end.
     *
     * @param input what it reads from standard input
     * @param limit after which it is ended
     */
    public Outcome run(List<String> command, String input, Duration limit) throws InterruptedException {
        long start = System.nanoTime();
        Process process = start(command);
        CompletableFuture<String> out = read(process.getInputStream());
        CompletableFuture<String> err = read(process.getErrorStream());
        write(process, input);
        boolean ended = false;
        try {
            ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        return new Outcome(
                shown(command), ended ? process.exitValue() : Outcome.TIMED_OUT, out.join(), err.join(), took);
    }

    private Process start(List<String> command) {
        List<String> resolved = new ArrayList<>(command);
        find(command.getFirst()).ifPresent(program -> resolved.set(0, program.toString()));
        ProcessBuilder builder = new ProcessBuilder(resolved).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new TrialFailure(command.getFirst() + " cannot be started: " + e.getMessage());
        }
    }

    private static CompletableFuture<String> read(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.completeExceptionally(new UncheckedIOException(e));
            }
        });
        return text;
    }

    private static void write(Process process, String input) {
        try (var stream = process.getOutputStream()) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it ended without reading all: its exit code tells
        }
    }

    /** The command's name without its path; Java's own options are left out. */
    private static String shown(List<String> command) {
        int main = command.indexOf(OwnProgram.MAIN);
        return main < 0
                ? String.join(" ", command)
                : "kantoku " + String.join(" ", command.subList(main + 1, command.size()));
    }

    /** The environment may hold a password. */
    @Override
    public String toString() {
        return "Shell[" + directory + "]";
    }
}
