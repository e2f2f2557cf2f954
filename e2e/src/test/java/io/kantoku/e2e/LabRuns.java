package io.kantoku.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kantoku.lab.LedgerEntry;
import io.kantoku.lab.Presence;
import io.kantoku.lab.ProcessId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs of the lab that this test starts, and all that their ledgers ever named. Other people's labs on the machine are none of
 * its business.
 */
final class LabRuns implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PAUSE_MILLIS = 100;
    private static final String HOST = "kthost-";
    private static final int LONGEST = 300;

    private final Set<Long> starters = ConcurrentHashMap.newKeySet();
    private final Map<Path, Set<LedgerEntry>> made = new ConcurrentHashMap<>();
    private final Thread watcher = Thread.ofPlatform().daemon().name("lab-runs").unstarted(this::follow);

    private LabRuns() {
        starters.add(ProcessHandle.current().pid());
    }

    static LabRuns watch() {
        LabRuns runs = new LabRuns();
        runs.watcher.start();
        return runs;
    }

    /** Skips the test, and says why, where nobody may make network namespaces. */
    static void requireLab() throws IOException, InterruptedException {
        require("root", "root".equals(System.getProperty("user.name")));
        require("x86_64, which the containers are for", "amd64".equals(System.getProperty("os.arch")));
        Process process = new ProcessBuilder("unshare", "--net", "true")
                .redirectErrorStream(true)
                .start();
        require("the right to make network namespaces", process.waitFor() == 0);
    }

    private static void require(String what, boolean there) {
        if (!there) {
            System.err.println("SKIPPED: the lab needs " + what);
            Assumptions.abort("the lab needs " + what);
        }
    }

    /** Starts a command of {@code kantoku} as a person would, in a process of its own. */
    Process start(List<String> arguments, Path output) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.kantoku.cli.Kantoku"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        starters.add(process.pid());
        return process;
    }

    /** Waits until the process has printed something. */
    static void await(Process process, Path output, String text) throws IOException, InterruptedException {
        while (!Files.exists(output) || !Files.readString(output).contains(text)) {
            if (process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException("it ended before it said \"" + text + "\"");
            }
        }
    }

    /** Kills the process with all that it has started and that has not gone its own way. */
    static void kill(Process process) throws InterruptedException {
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        process.waitFor();
        for (ProcessHandle each : all) {
            while (ProcessId.of(each.pid()).isPresent()) {
                Thread.sleep(PAUSE_MILLIS); // also one that nobody reaps is dead
            }
        }
    }

    /** How many instances were seen. */
    int instances() {
        return made.size();
    }

    /** What is on the machine of all that the runs have made. */
    Set<String> left() throws IOException {
        Set<String> left = new TreeSet<>();
        for (Map.Entry<Path, Set<LedgerEntry>> run : made.entrySet()) {
            run.getValue().stream()
                    .filter(Presence::stillThere)
                    .map(LedgerEntry::toString)
                    .forEach(left::add);
            Path directory = run.getKey().getParent();
            if (Files.exists(directory)) {
                left.add("directory " + directory);
            }
            left.addAll(mentioning(directory.toString()));
        }
        for (long starter : starters) {
            if (Files.exists(Path.of("/run/netns", HOST + starter))) {
                left.add("network namespace " + HOST + starter);
            }
        }
        return left;
    }

    /** Processes and mounts that have to do with a directory. */
    private static List<String> mentioning(String directory) throws IOException {
        List<String> found = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.UTF_8)) {
            if (line.contains(directory)) {
                found.add("mount " + line);
            }
        }
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.toList()) {
                read(process.resolve("cmdline"))
                        .filter(command -> command.contains(directory))
                        .ifPresent(command -> found.add("process " + process.getFileName() + " " + shown(command)));
            }
        }
        return found;
    }

    private static String shown(String command) {
        return command.length() <= LONGEST ? command : "…" + command.substring(command.length() - LONGEST);
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(
                    Files.readString(file, StandardCharsets.ISO_8859_1).replace('\0', ' '));
        } catch (IOException e) {
            return Optional.empty(); // it has ended, or is no process
        }
    }

    private void follow() {
        try {
            while (true) {
                look();
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            // closed
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void look() throws IOException {
        try (Stream<Path> trials = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            for (Path trial : trials.filter(
                            path -> path.getFileName().toString().startsWith("kantoku-verify-"))
                    .toList()) {
                if (made.containsKey(trial.resolve("state")) || isOurs(trial)) {
                    remember(trial.resolve("state"));
                }
            }
        }
    }

    /** Whether the process whose trial it is stands in the host of one that we know. */
    private boolean isOurs(Path trial) {
        return read(trial.resolve("owner"))
                .flatMap(pid -> read(Path.of("/proc", pid.strip(), "environ")))
                .filter(environment -> starters.stream()
                        .anyMatch(starter -> environment.contains("KANTOKU_TRIAL_HOST=" + HOST + starter + " ")))
                .isPresent();
    }

    private void remember(Path state) throws IOException {
        Set<LedgerEntry> entries = made.computeIfAbsent(state, any -> ConcurrentHashMap.newKeySet());
        Optional<String> ledger = read(state.resolve("ledger"));
        if (ledger.isEmpty()) {
            return;
        }
        String text = ledger.get();
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1)) {
            JsonNode added =
                    line.isEmpty() ? JSON.nullNode() : JSON.readTree(line).path("add");
            if (added.isObject()) {
                entries.add(JSON.treeToValue(added, LedgerEntry.class));
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        watcher.interrupt();
        watcher.join();
    }
}
