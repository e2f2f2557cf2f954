package io.kantoku.lab;

import io.kantoku.lab.ChildProcess.Exit;
import io.kantoku.lab.LabException.Code;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts programs, and finds those again that an earlier life of this instance started. Thread-safe. */
public final class Processes {
    /** The environment variable by which a process and its descendants are found when their pids are not known. */
    public static final String TOKEN_VARIABLE = "KANTOKU_CHILD";

    private static final Logger LOG = LoggerFactory.getLogger(Processes.class);
    private static final List<String> HANDED_DOWN = List.of("PATH", "HOME", "LANG", "TZ");
    private static final int TOKEN_BYTES = 16;
    private static final Duration FOREVER = Duration.ofDays(10_000);

    private final Ledger ledger;
    private final RandomGenerator random;

    /**
     * Keeps children in a ledger.
     *
     * @param random makes tokens; they need to be unique, not secret
     */
    public Processes(Ledger ledger, RandomGenerator random) {
        this.ledger = ledger;
        this.random = random;
    }

    /**
     * Starts a program. It is in the ledger before it runs, and leaves it when it has ended.
     *
     * @throws LabException with {@link Code#LAUNCH} when it cannot be started
     */
    public ChildProcess launch(LaunchSpec spec) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = HexFormat.of().formatHex(bytes);
        LedgerEntry.LaunchIntent intent = new LedgerEntry.LaunchIntent(token, spec.role(), spec.command());
        ledger.record(intent);
        Process process;
        try {
            Files.createDirectories(spec.log().toAbsolutePath().getParent());
            process = builder(spec, token).start();
        } catch (IOException e) {
            ledger.forget(intent);
            throw new LabException(
                    Code.LAUNCH,
                    "cannot start " + spec.role() + ": " + e.getMessage() + "; is "
                            + spec.command().getFirst() + " installed?",
                    e);
        }
        // A process that has ended already has no start time left; 0 is nobody's.
        long startTime = ProcessId.of(process.pid()).map(ProcessId::startTime).orElse(0L);
        LedgerEntry.Child child = new LedgerEntry.Child(
                token, process.pid(), startTime, spec.command().getFirst(), spec.role());
        ledger.record(child);
        ledger.forget(intent);
        LOG.atInfo()
                .setMessage("process started")
                .addKeyValue("role", spec.role())
                .addKeyValue("pid", process.pid())
                .log();
        CompletableFuture<Exit> exit = process.onExit().thenApply(ended -> new Exit(OptionalInt.of(ended.exitValue())));
        return supervised(child, exit);
    }

    private static ProcessBuilder builder(LaunchSpec spec, String token) {
        List<String> command = new ArrayList<>();
        spec.namespace().ifPresent(namespace -> command.addAll(List.of("nsenter", "--net=" + namespace.path(), "--")));
        command.addAll(spec.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(spec.directory().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()));
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(HANDED_DOWN);
        environment.putAll(spec.environment());
        environment.put(TOKEN_VARIABLE, token);
        return builder;
    }

    /** The living process with this role that an earlier life started; its end is noticed as if it were a child. */
    public Optional<ChildProcess> adopt(String role) {
        for (LedgerEntry entry : ledger.entries()) {
            if (entry instanceof LedgerEntry.Child child && child.role().equals(role)) {
                Optional<ProcessDescriptor> descriptor = ProcessDescriptor.open(child.id());
                if (descriptor.isPresent()) {
                    LOG.atInfo()
                            .setMessage("process adopted")
                            .addKeyValue("role", role)
                            .addKeyValue("pid", child.pid())
                            .log();
                    return Optional.of(supervised(child, watch(child, descriptor.get())));
                }
                ledger.forget(child);
            }
        }
        return Optional.empty();
    }

    /** Waits in the kernel on a thread of its own, for only parents are told of a process's end. */
    private static CompletableFuture<Exit> watch(LedgerEntry.Child child, ProcessDescriptor descriptor) {
        CompletableFuture<Exit> exit = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("await-" + child.role()).start(() -> {
            try (descriptor) {
                descriptor.awaitExit(FOREVER);
            } finally {
                exit.complete(new Exit(OptionalInt.empty()));
            }
        });
        return exit;
    }

    private ChildProcess supervised(LedgerEntry.Child child, CompletableFuture<Exit> exit) {
        CompletableFuture<Exit> recorded = exit.thenApply(ended -> {
            forget(child);
            LOG.atInfo()
                    .setMessage("process ended")
                    .addKeyValue("role", child.role())
                    .addKeyValue("pid", child.pid())
                    .addKeyValue("code", ended.code().isPresent() ? ended.code().getAsInt() : "unknown")
                    .log();
            return ended;
        });
        return new ChildProcess(child, recorded);
    }

    /** An entry that stays is found dead at the next start; the exit has to be told in any case. */
    private void forget(LedgerEntry.Child child) {
        try {
            ledger.forget(child);
        } catch (LabException e) {
            LOG.atWarn()
                    .setMessage("ended process stays in the ledger")
                    .addKeyValue("role", child.role())
                    .setCause(e)
                    .log();
        }
    }
}
