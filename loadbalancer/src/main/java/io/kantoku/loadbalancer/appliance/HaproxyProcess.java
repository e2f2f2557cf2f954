package io.kantoku.loadbalancer.appliance;

import io.kantoku.lab.ChildProcess;
import io.kantoku.lab.LaunchSpec;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HAProxy process of an appliance: a master and its workers. Reads the file that it is pointed to; what stands in it is the
 * caller's business. Start, reload and stop are ordered by the caller; commands may come from any thread.
 */
final class HaproxyProcess {
    private static final Pattern WORKER_PID = Pattern.compile("(?m)^Pid: (\\d+)$");
    private static final Logger LOG = LoggerFactory.getLogger(HaproxyProcess.class);
    private static final Duration LONGEST_START = Duration.ofSeconds(20);
    private static final Duration LONGEST_RELOAD = Duration.ofSeconds(40);
    private static final Duration LONGEST_COMMAND = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration FOREVER = Duration.ofDays(10_000);
    private static final Duration POLL = Duration.ofMillis(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration STABLE = Duration.ofSeconds(10);

    private final ApplianceSpec spec;
    private final ApplianceFiles files;
    private final Processes processes;
    private final Runnable relaunch;
    private final String role;
    private final ControlSocket master;
    private final ControlSocket stats;
    private final Thread supervisor;
    private volatile @Nullable ChildProcess process;
    private volatile boolean stopping;
    private Set<Long> workers = Set.of();

    /** @param relaunch called on a thread of its own when the process has ended by itself */
    HaproxyProcess(ApplianceSpec spec, ApplianceFiles files, Processes processes, Runnable relaunch) {
        this.spec = spec;
        this.files = files;
        this.processes = processes;
        this.relaunch = relaunch;
        this.role = "haproxy-" + spec.name();
        this.master = new ControlSocket(files.masterSocket());
        this.stats = new ControlSocket(files.statsSocket());
        this.supervisor = Thread.ofVirtual().name(role).unstarted(this::supervise);
    }

    /** Takes over the process of an earlier life if it runs and answers. */
    boolean adopt() {
        Optional<ChildProcess> found = processes.adopt(role);
        if (found.isEmpty()) {
            endStray();
            return false;
        }
        Optional<MasterState> state = masterState();
        if (state.isPresent()
                && state.get().masterPid() == found.get().id().pid()
                && !state.get().workers().isEmpty()) {
            process = found.get();
            remember(state.get());
            return true;
        }
        LOG.atWarn()
                .setMessage("HAProxy runs but does not answer, it is started anew")
                .addKeyValue("appliance", spec.name())
                .addKeyValue("pid", found.get().id().pid())
                .log();
        found.get().stop(GRACE);
        return false;
    }

    /** A process that was started a moment before this one's predecessor was killed is in nobody's books, but it answers. */
    private void endStray() {
        masterState()
                .flatMap(state -> ProcessHandle.of(state.masterPid()))
                .filter(HaproxyProcess::isHaproxy)
                .ifPresent(stray -> {
                    LOG.atWarn()
                            .setMessage("HAProxy of an earlier life is ended")
                            .addKeyValue("appliance", spec.name())
                            .addKeyValue("pid", stray.pid())
                            .log();
                    stray.destroy();
                    awaitEnd(stray);
                });
    }

    /**
     * Starts the process.
     *
     * @throws DataPlaneException RELOAD_FAILED with HAProxy's own words
     */
    void launch() throws IOException {
        long logged = logSize();
        LaunchSpec launch = LaunchSpec.of(role, command(), spec.directory(), files.log());
        ChildProcess started =
                processes.launch(spec.stack() instanceof NetworkNamespace machine ? launch.in(machine) : launch);
        try {
            MasterState state = awaitMaster(started);
            remember(state);
            process = started;
            awaitWorker(state);
        } catch (IOException e) {
            started.stop(GRACE);
            throw new DataPlaneException(Code.RELOAD_FAILED, "HAProxy does not start: " + saidSince(logged), e);
        }
        LOG.atInfo()
                .setMessage("HAProxy started")
                .addKeyValue("appliance", spec.name())
                .addKeyValue("pid", started.id().pid())
                .log();
    }

    private List<String> command() {
        return List.of(
                spec.haproxyBinary().toString(),
                "-W",
                "-db",
                "-S",
                files.masterSocket() + ",mode,600",
                "-f",
                files.engine().toString());
    }

    /**
     * Makes the process read its file again, and returns when it serves what stands there.
     *
     * @throws DataPlaneException RELOAD_FAILED with HAProxy's own words; it serves as before
     */
    void reload() throws IOException {
        MasterState before = awaitMaster(requireProcess());
        long logged = logSize();
        long begin = System.nanoTime();
        master.send("reload", LONGEST_RELOAD); // the connection ends when the master executes itself again
        MasterState after = awaitReload(before);
        if (after.failed() > 0 || after.workers().isEmpty() || after.workers().equals(before.workers())) {
            throw new DataPlaneException(Code.RELOAD_FAILED, saidSince(logged));
        }
        remember(after);
        awaitWorker(after);
        LOG.atInfo()
                .setMessage("HAProxy reloaded")
                .addKeyValue("appliance", spec.name())
                .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin))
                .addKeyValue("oldWorkers", after.oldWorkers().size())
                .log();
    }

    /** The master answers only when it has loaded its configuration, well or not, and counts. */
    private MasterState awaitReload(MasterState before) throws IOException {
        long deadline = System.nanoTime() + LONGEST_RELOAD.toNanos();
        while (System.nanoTime() < deadline && running()) {
            Optional<MasterState> state = masterState();
            if (state.isPresent() && state.get().reloads() != before.reloads()) {
                return state.get();
            }
            sleep(POLL);
        }
        throw new IOException(
                running()
                        ? "it did not finish within " + LONGEST_RELOAD.toSeconds() + " s"
                        : "it ended; see " + files.log());
    }

    /**
     * Waits until the worker itself is at work. The master has the addresses before, so that connections are not refused; but if it
     * were to reload again now, it could not take them over from a worker that does not answer yet: it would open them anew, and
     * those that wait to be let in would be lost.
     */
    private void awaitWorker(MasterState state) throws IOException {
        long deadline = System.nanoTime() + LONGEST_RELOAD.toNanos();
        while (System.nanoTime() < deadline && running()) {
            try {
                Matcher pid = WORKER_PID.matcher(stats.send("show info", LONGEST_COMMAND));
                if (pid.find() && state.workers().contains(Long.valueOf(pid.group(1)))) {
                    return;
                }
            } catch (IOException e) {
                // nobody listens yet
            }
            sleep(POLL);
        }
        throw new IOException("its worker does not answer; see " + files.log());
    }

    /** Waits until the master answers and has a worker: a reload that comes earlier is lost. */
    private MasterState awaitMaster(ChildProcess started) throws IOException {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (System.nanoTime() < deadline && started.alive()) {
            Optional<MasterState> state = masterState();
            if (state.isPresent()
                    && state.get().masterPid() == started.id().pid()
                    && !state.get().workers().isEmpty()) {
                return state.get();
            }
            sleep(POLL);
        }
        throw new IOException(
                started.alive() ? "no answer within " + LONGEST_START.toSeconds() + " s" : "the process ended at once");
    }

    private Optional<MasterState> masterState() {
        try {
            return Optional.of(MasterState.parse(master.send("show proc", LONGEST_RELOAD)))
                    .filter(MasterState::known);
        } catch (IOException e) {
            return Optional.empty(); // not there yet, or not any more
        }
    }

    private void remember(MasterState state) {
        Set<Long> pids = new HashSet<>(state.workers());
        pids.addAll(state.oldWorkers());
        workers = Set.copyOf(pids);
    }

    /** Workers end with their master, but not in the same moment; until then they hold the addresses. */
    void awaitWorkersGone() {
        for (long pid : workers) {
            ProcessHandle.of(pid).filter(HaproxyProcess::isHaproxy).ifPresent(HaproxyProcess::awaitEnd);
        }
        workers = Set.of();
    }

    private static void awaitEnd(ProcessHandle handle) {
        try {
            handle.onExit().get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            handle.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a process is no exception", e);
        }
    }

    private static boolean isHaproxy(ProcessHandle handle) {
        return handle.info().command().filter(c -> c.endsWith("haproxy")).isPresent();
    }

    private ChildProcess requireProcess() {
        ChildProcess current = process;
        if (current == null) {
            throw new IllegalStateException("HAProxy has not been started");
        }
        return current;
    }

    boolean running() {
        ChildProcess current = process;
        return current != null && current.alive();
    }

    boolean stopping() {
        return stopping;
    }

    long pid() {
        return requireProcess().id().pid();
    }

    /**
     * One line to the worker's command socket.
     *
     * @throws DataPlaneException INTERNAL when it does not answer
     */
    String runtime(String command) {
        IOException last = new IOException("not asked");
        for (int attempt = 0; attempt < 5; attempt++) {
            try {
                return stats.send(command, LONGEST_COMMAND);
            } catch (IOException e) { // between two workers nobody may listen for a moment
                last = e;
                sleep(Duration.ofMillis(20));
            }
        }
        throw new DataPlaneException(Code.INTERNAL, "HAProxy does not take commands: " + last.getMessage(), last);
    }

    /** One line to the master's command socket. */
    String master(String command) {
        try {
            return master.send(command, LONGEST_COMMAND);
        } catch (IOException e) {
            throw new DataPlaneException(Code.INTERNAL, "HAProxy's master does not answer: " + e.getMessage(), e);
        }
    }

    /** Begins to watch for its end. */
    void watch() {
        supervisor.start();
    }

    private void supervise() {
        Duration pause = Duration.ZERO;
        while (!stopping) {
            ChildProcess watched = requireProcess();
            long since = System.nanoTime();
            if (!awaitEnd(watched) || stopping) {
                return;
            }
            boolean stable = System.nanoTime() - since > STABLE.toNanos();
            pause = stable ? Duration.ZERO : pause;
            LOG.atError()
                    .setMessage("HAProxy has ended, it is started again")
                    .addKeyValue("appliance", spec.name())
                    .addKeyValue("pid", watched.id().pid())
                    .addKeyValue("afterMillis", pause.toMillis())
                    .log();
            while (!stopping && !running()) {
                if (!pause.isZero() && !sleep(pause)) {
                    return;
                }
                relaunch.run();
                pause = longer(pause);
            }
        }
    }

    /** False when interrupted. */
    private static boolean awaitEnd(ChildProcess watched) {
        try {
            return watched.awaitExit(FOREVER).isPresent();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    /** False when interrupted. */
    private static boolean sleep(Duration time) {
        try {
            Thread.sleep(time);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private long logSize() throws IOException {
        return Files.exists(files.log()) ? Files.size(files.log()) : 0;
    }

    private String saidSince(long position) throws IOException {
        Path log = files.log();
        if (!Files.exists(log)) {
            return "";
        }
        byte[] all = Files.readAllBytes(log);
        int from = (int) Math.min(position, all.length);
        return HaproxyCheck.alerts(
                new String(all, from, all.length - from, StandardCharsets.UTF_8),
                files.engine().toString());
    }

    /** Stops watching; HAProxy goes on. */
    void detach() {
        stopping = true;
        supervisor.interrupt();
    }

    /** Ends HAProxy, which nobody may watch any more. */
    void end() {
        ChildProcess current = process;
        if (current != null) {
            current.stop(GRACE);
        }
        awaitWorkersGone();
    }
}
