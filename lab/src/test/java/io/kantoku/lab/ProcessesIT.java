package io.kantoku.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProcessesIT {
    private static final Duration GRACE = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private Path ledgerFile;
    private Ledger ledger;
    private Processes processes;
    private final List<ProcessHandle> strays = new ArrayList<>();

    @BeforeEach
    void open() {
        ledgerFile = directory.resolve("ledger");
        ledger = Ledger.open(ledgerFile);
        processes = new Processes(ledger, new Random());
    }

    @AfterEach
    void end() {
        Cleanup.run(ledger, GRACE);
        ledger.close();
        strays.forEach(ProcessHandle::destroyForcibly);
    }

    private LaunchSpec shell(String role, String script) {
        return LaunchSpec.of(role, List.of("/bin/sh", "-c", script), directory, directory.resolve(role + ".log"));
    }

    private ChildProcess launch(LaunchSpec spec) {
        ChildProcess child = processes.launch(spec);
        ProcessHandle.of(child.id().pid()).ifPresent(strays::add);
        return child;
    }

    private static void awaitFile(Path file) throws Exception {
        try (var watcher = file.getFileSystem().newWatchService()) {
            file.getParent().register(watcher, java.nio.file.StandardWatchEventKinds.ENTRY_CREATE);
            while (!Files.exists(file)) {
                watcher.take().reset();
            }
        }
    }

    @Test
    void runsAProgramWithItsEnvironmentAndLogsToAFile() throws Exception {
        ChildProcess child =
                launch(shell("env", "echo out; echo err >&2; pwd; env; exit 3").with(Map.of("A", "b")));
        assertThat(child.awaitExit(GRACE)).contains(new ChildProcess.Exit(OptionalInt.of(3)));
        List<String> log = Files.readAllLines(directory.resolve("env.log"));
        assertThat(log).contains("out", "err", directory.toRealPath().toString(), "A=b");
        assertThat(log.stream().filter(line -> line.contains("=")).map(line -> line.split("=")[0]))
                .isSubsetOf("PATH", "HOME", "LANG", "TZ", "A", "PWD", "OLDPWD", "SHLVL", "_", Processes.TOKEN_VARIABLE);
        assertThat(ledger.entries()).isEmpty();
        assertThat(child.alive()).isFalse();
    }

    @Test
    void isInTheLedgerWhileItRunsAndTellsItsEnd() throws Exception {
        ChildProcess child = launch(shell("sleeper", "exec sleep 1000"));
        assertThat(ledger.entries()).singleElement().isInstanceOfSatisfying(LedgerEntry.Child.class, entry -> {
            assertThat(entry.id()).isEqualTo(child.id());
            assertThat(entry.role()).isEqualTo("sleeper");
            assertThat(Presence.stillThere(entry)).isTrue();
        });
        CompletableFuture<ChildProcess.Exit> told = new CompletableFuture<>();
        child.onExit(told::complete);
        ChildProcess.Exit exit = child.stop(GRACE);
        assertThat(exit.code()).hasValue(128 + 15);
        assertThat(told.get()).isEqualTo(exit);
        assertThat(ledger.entries()).isEmpty();
        child.signal(Signal.TERM);
        assertThat(child.stop(GRACE)).isEqualTo(exit);
    }

    @Test
    void killsWhatIgnoresTheRequest() throws Exception {
        Path ready = directory.resolve("ready");
        ChildProcess child = launch(shell("stubborn", "trap '' TERM; : > ready; while :; do sleep 1; done"));
        awaitFile(ready);
        assertThat(child.stop(Duration.ofMillis(300)).code()).hasValue(128 + 9);
    }

    @Test
    void saysWhatCannotBeStarted() {
        LaunchSpec spec = LaunchSpec.of("nothing", List.of("/no/such/program"), directory, directory.resolve("log"));
        assertThatThrownBy(() -> processes.launch(spec))
                .isInstanceOfSatisfying(
                        LabException.class, e -> assertThat(e.code()).isEqualTo(LabException.Code.LAUNCH))
                .hasMessageContaining("nothing")
                .hasMessageContaining("/no/such/program");
        assertThat(ledger.entries()).isEmpty();
    }

    @Test
    void aLaterLifeAdoptsAndStopsIt() throws Exception {
        ChildProcess child = launch(shell("haproxy-0", "exec sleep 1000"));
        try (Ledger later = Ledger.open(copyOfLedger())) {
            Processes next = new Processes(later, new Random());
            assertThat(next.adopt("haproxy-1")).isEmpty();
            ChildProcess adopted = next.adopt("haproxy-0").orElseThrow();
            assertThat(adopted.id()).isEqualTo(child.id());
            assertThat(adopted.alive()).isTrue();
            adopted.stop(GRACE);
            assertThat(adopted.exit()).contains(new ChildProcess.Exit(OptionalInt.empty()));
            assertThat(later.entries()).isEmpty();
            assertThat(next.adopt("haproxy-0")).isEmpty();
        }
        assertThat(child.awaitExit(GRACE)).isPresent();
    }

    @Test
    void adoptsNobodyElseWithTheSamePid() throws Exception {
        ChildProcess child = launch(shell("innocent", "exec sleep 1000"));
        ledger.record(
                new LedgerEntry.Child("other", child.id().pid(), child.id().startTime() - 1, "x", "haproxy-0"));
        assertThat(processes.adopt("haproxy-0")).isEmpty();
        assertThat(ledger.entries()).hasSize(1);
        assertThat(child.alive()).isTrue();
    }

    /** What a killed instance leaves: its ledger, no more. */
    private Path copyOfLedger() throws IOException {
        Path copy = directory.resolve("ledger-copy");
        Files.copy(ledgerFile, copy);
        return copy;
    }

    @Test
    void cleansUpFromTheLedgerAlone() throws Exception {
        Path tree = Files.createDirectories(directory.resolve("made/deep"));
        Files.writeString(tree.resolve("file"), "x");
        Path outside = Files.writeString(directory.resolve("outside"), "x");
        Files.createSymbolicLink(tree.resolve("link"), outside);
        Path socket = Files.writeString(directory.resolve("socket"), "");
        ledger.record(new LedgerEntry.Directory(tree.getParent().toString()));
        ledger.record(new LedgerEntry.File(socket.toString()));
        ledger.record(new LedgerEntry.File(directory.resolve("never-made").toString()));
        Path ready = directory.resolve("ready");
        ChildProcess child = launch(shell("parent", "(trap '' TERM; : > ready; while :; do sleep 1; done) & wait"));
        awaitFile(ready);
        String token = ledger.entries().stream()
                .filter(LedgerEntry.Child.class::isInstance)
                .map(entry -> ((LedgerEntry.Child) entry).token())
                .findFirst()
                .orElseThrow();
        assertThat(ProcessScan.withToken(token)).hasSizeGreaterThanOrEqualTo(2);

        try (Ledger later = Ledger.open(copyOfLedger())) {
            Cleanup.Report report = Cleanup.run(later, Duration.ofMillis(300));
            assertThat(report.left()).isEmpty();
            assertThat(report.removed()).hasSize(4);
            assertThat(later.entries()).isEmpty();
        }
        assertThat(child.awaitExit(GRACE)).isPresent();
        assertThat(ProcessScan.withToken(token)).as("descendants").isEmpty();
        assertThat(tree.getParent()).doesNotExist();
        assertThat(outside).exists();
        assertThat(socket).doesNotExist();
    }

    @Test
    void findsAProcessWhosePidWasNeverWrittenDown() throws Exception {
        Process process = new ProcessBuilder("sleep", "1000").inheritIO().start();
        strays.add(process.toHandle());
        ledger.record(new LedgerEntry.LaunchIntent("no-such-token", "early", List.of("sleep")));
        ProcessBuilder marked = new ProcessBuilder("sleep", "1000").inheritIO();
        marked.environment().put(Processes.TOKEN_VARIABLE, "late-token");
        Process lost = marked.start();
        strays.add(lost.toHandle());
        ledger.record(new LedgerEntry.LaunchIntent("late-token", "late", List.of("sleep")));
        assertThat(Cleanup.run(ledger, GRACE).left()).isEmpty();
        assertThat(lost.waitFor()).isEqualTo(128 + 15);
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void reportsWhatItMayNotRemove() {
        ledger.record(new LedgerEntry.Directory("/"));
        Cleanup.Report report = Cleanup.run(ledger, GRACE);
        assertThat(report.left())
                .singleElement()
                .satisfies(left -> assertThat(left.reason()).contains("refusing to remove /"));
        assertThat(ledger.entries()).hasSize(1);
        ledger.forget(new LedgerEntry.Directory("/"));
    }
}
