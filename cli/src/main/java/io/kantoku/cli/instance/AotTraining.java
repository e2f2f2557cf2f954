package io.kantoku.cli.instance;

import io.kantoku.lab.ChildProcess;
import io.kantoku.lab.LabException;
import io.kantoku.lab.LaunchSpec;
import io.kantoku.lab.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the JDK's ahead-of-time cache (JEP 514) that the launcher looks for, once, some time after an instance is ready: a
 * second, quiet process walks through a start on an instance of its own. Without the cache everything works, only slower to start.
 */
public final class AotTraining implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AotTraining.class);
    private static final String ROLE = "aot-training";
    private static final Duration DELAY = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final StateDirectory state;
    private final Processes processes;
    private final Path cache;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(ROLE).factory());
    private @Nullable ChildProcess training;

    private AotTraining(StateDirectory state, Processes processes, Path cache) {
        this.state = state;
        this.processes = processes;
        this.cache = cache;
    }

    /** Where the training process has its own instance. */
    public static Path stateDirectory(StateDirectory state) {
        return state.path().resolve(ROLE);
    }

    /** Plans the training; empty when the launcher wants no cache or has one. */
    static Optional<AotTraining> plan(StateDirectory state, Processes processes) {
        String wanted = System.getenv("KANTOKU_AOT_CACHE");
        if (wanted == null || wanted.isEmpty() || Files.exists(Path.of(wanted))) {
            return Optional.empty();
        }
        AotTraining training = new AotTraining(state, processes, Path.of(wanted));
        var _ = training.timer.schedule(training::start, DELAY.toSeconds(), TimeUnit.SECONDS);
        return Optional.of(training);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        synchronized (this) {
            if (training != null && training.alive()) {
                training.stop(GRACE);
            }
        }
    }

    private synchronized void start() {
        Path fresh = cache.resolveSibling(cache.getFileName() + ".new");
        try {
            ChildProcess child = processes.launch(LaunchSpec.of(
                            ROLE, command(fresh), state.path(), state.path().resolve(ROLE + ".log"))
                    .with(environment()));
            training = child;
            child.onExit(exit -> finish(fresh, exit));
        } catch (IOException | LabException e) {
            LOG.atInfo()
                    .setMessage("no ahead-of-time cache")
                    .addKeyValue("why", e.getMessage())
                    .log();
        }
    }

    private void finish(Path fresh, ChildProcess.Exit exit) {
        try {
            if (exit.code().orElse(1) == 0 && Files.exists(fresh)) {
                Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                LOG.atInfo()
                        .setMessage("ahead-of-time cache made")
                        .addKeyValue("file", cache)
                        .log();
            } else {
                Files.deleteIfExists(fresh);
                LOG.atInfo()
                        .setMessage("no ahead-of-time cache")
                        .addKeyValue("exit", exit)
                        .log();
            }
        } catch (IOException e) {
            LOG.atInfo()
                    .setMessage("no ahead-of-time cache")
                    .addKeyValue("why", e.getMessage())
                    .log();
        }
    }

    /** This process's own command line with the cache as output and {@code train} as command, at the lowest priority. */
    private List<String> command(Path output) throws IOException {
        List<String> command = new ArrayList<>(List.of("nice", "-n", "19"));
        for (String argument : Files.readString(Path.of("/proc/self/cmdline")).split("\0", -1)) {
            if (argument.startsWith("-XX:AOT") || argument.startsWith("-Xshare")) {
                continue;
            }
            if (argument.endsWith(".Kantoku")) {
                command.add("-XX:AOTCacheOutput=" + output);
                command.add(argument);
                break;
            }
            command.add(argument);
        }
        command.addAll(List.of("train", "--state", stateDirectory(state).toString()));
        return command;
    }

    private static Map<String, String> environment() {
        String haproxy = System.getenv("KANTOKU_HAPROXY");
        return haproxy == null ? Map.of() : Map.of("KANTOKU_HAPROXY", haproxy);
    }
}
