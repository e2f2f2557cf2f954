package io.kantoku.loadbalancer.appliance;

import io.kantoku.lab.ChildProcess;
import io.kantoku.lab.LaunchSpec;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.appliance.FrontendAddresses.Listening;
import io.kantoku.loadbalancer.dataplane.DurableFile;
import io.kantoku.loadbalancer.dataplane.Realisation;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Section;
import io.kantoku.loadbalancer.model.Words;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HAProxy process of an appliance, with plain frontends: each change of the configuration is a reload.
 *
 * <p>One lock orders launch, reload and stop. A thread of its own waits for the process to end and launches it again, at once
 * the first time and then with growing pauses.
 */
final class Engine implements Realisation {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
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
    private final BindTest bindTest;
    private final HaproxyCheck haproxyCheck;
    private final Processes processes;
    private final String role;
    private final ControlSocket master;
    private final ControlSocket stats;
    private final ReentrantLock lock = new ReentrantLock();
    private final Thread supervisor;

    private @Nullable VipNetwork network;
    private volatile @Nullable ChildProcess process;
    private volatile boolean stopping;
    private volatile Quarantine quarantine = Quarantine.EMPTY;
    private Set<Listening> quarantined = Set.of();
    private HaproxyConfig serving = HaproxyConfig.parse("");
    private Set<Long> workers = Set.of();

    Engine(ApplianceSpec spec, ApplianceFiles files, Processes processes) {
        this.spec = spec;
        this.files = files;
        this.processes = processes;
        this.role = "haproxy-" + spec.name();
        List<String> own = new ArrayList<>(spec.ownAddresses());
        own.add(spec.apiAddress().getAddress().getHostAddress());
        this.bindTest = new BindTest(spec.stack(), spec.vipRanges(), own);
        this.haproxyCheck = new HaproxyCheck(spec.haproxyBinary(), files.candidate());
        this.master = new ControlSocket(files.masterSocket());
        this.stats = new ControlSocket(files.statsSocket());
        this.supervisor = Thread.ofVirtual().name("haproxy-" + spec.name()).unstarted(this::supervise);
    }

    /**
     * Makes HAProxy serve the configuration: the process that runs already, or a new one.
     *
     * @return whether it is one that ran already
     * @throws DataPlaneException when it cannot
     */
    boolean start(HaproxyConfig config) {
        boolean adopted;
        lock.lock();
        try {
            if (spec.machine().isPresent()) {
                network = VipNetwork.open(spec.machine().get(), spec.vipRanges(), Interception.NONE);
                network.take(Map.of());
            }
            Optional<ChildProcess> running = running(processes.adopt(role));
            adopted = running.isPresent();
            if (running.isPresent()) {
                process = running.get();
                adopt(config);
            } else {
                endStray();
                haproxyCheck.check(config.print());
                launch(config);
            }
            serving = config;
        } catch (IOException e) {
            throw new DataPlaneException(Code.INTERNAL, "HAProxy cannot be started: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
        supervisor.start();
        return adopted;
    }

    private Optional<ChildProcess> running(Optional<ChildProcess> found) {
        if (found.isEmpty()) {
            return found;
        }
        Optional<MasterState> state = masterState();
        if (state.isPresent()
                && state.get().masterPid() == found.get().id().pid()
                && !state.get().workers().isEmpty()) {
            return found;
        }
        LOG.atWarn()
                .setMessage("HAProxy runs but does not answer, it is started anew")
                .addKeyValue("appliance", spec.name())
                .addKeyValue("pid", found.get().id().pid())
                .log();
        found.get().stop(GRACE);
        return Optional.empty();
    }

    /** A process that was started a moment before this one's predecessor was killed is in nobody's books, but it answers. */
    private void endStray() {
        masterState()
                .flatMap(state -> ProcessHandle.of(state.masterPid()))
                .filter(this::isHaproxy)
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

    /** Takes over the running process; it is reloaded only when it serves something else than it should. */
    private void adopt(HaproxyConfig config) throws IOException {
        HaproxyConfig engine = HaproxyConfig.parse(Files.readString(files.engine()));
        Set<Listening> missing = new HashSet<>(FrontendAddresses.of(config));
        FrontendAddresses.of(engine).forEach(missing::remove);
        quarantined = Set.copyOf(missing);
        masterState().ifPresent(this::remember);
        Map<Listening, String> faults = faults(quarantined);
        boolean same = derive(config, faults.keySet()).sameContent(engine);
        LOG.atInfo()
                .setMessage("HAProxy adopted")
                .addKeyValue("appliance", spec.name())
                .addKeyValue("pid", requireProcess().id().pid())
                .addKeyValue("reload", !same)
                .log();
        if (same) {
            quarantine(faults);
        } else {
            reload(config);
        }
    }

    private ChildProcess requireProcess() {
        ChildProcess current = process;
        if (current == null) {
            throw new IllegalStateException("HAProxy has not been started");
        }
        return current;
    }

    @Override
    public void check(HaproxyConfig current, HaproxyConfig candidate) {
        haproxyCheck.check(candidate.print());
        bindTest.check(current, candidate);
    }

    @Override
    public boolean applyAtRuntime(HaproxyConfig current, HaproxyConfig candidate) {
        return false;
    }

    @Override
    public void reload(HaproxyConfig config) {
        lock.lock();
        try {
            if (stopping) {
                throw new DataPlaneException(Code.RELOAD_FAILED, "the appliance is stopping");
            }
            if (!running()) {
                launch(config);
            } else {
                reloadRunning(config);
            }
            serving = config;
        } catch (IOException e) {
            throw new DataPlaneException(Code.RELOAD_FAILED, "HAProxy cannot be reloaded: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    private void reloadRunning(HaproxyConfig config) throws IOException {
        Map<Listening, String> faults = faults(quarantined);
        String previous = Files.readString(files.engine());
        DurableFile.writeDerived(files.engine(), derive(config, faults.keySet()).print());
        MasterState before = awaitMaster(requireProcess());
        long logged = logSize();
        long begin = System.nanoTime();
        master.send("reload", LONGEST_RELOAD); // the connection ends when the master executes itself again
        MasterState after = awaitReload(before);
        if (after.failed() > 0 || after.workers().isEmpty() || after.workers().equals(before.workers())) {
            DurableFile.writeDerived(files.engine(), previous);
            throw new DataPlaneException(
                    Code.RELOAD_FAILED,
                    HaproxyCheck.alerts(logSince(logged), files.engine().toString()));
        }
        remember(after);
        quarantine(faults);
        LOG.atInfo()
                .setMessage("HAProxy reloaded")
                .addKeyValue("appliance", spec.name())
                .addKeyValue("version", config.version())
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

    /** Starts the process without the addresses that it could not listen on; the lock is held. */
    private void launch(HaproxyConfig config) throws IOException {
        awaitWorkersGone();
        Map<Listening, String> faults = bindTest.unusable(config);
        DurableFile.writeDerived(files.engine(), derive(config, faults.keySet()).print());
        long logged = logSize();
        LaunchSpec launch = LaunchSpec.of(role, command(), spec.directory(), files.log());
        ChildProcess started =
                processes.launch(spec.stack() instanceof NetworkNamespace machine ? launch.in(machine) : launch);
        try {
            remember(awaitMaster(started));
        } catch (IOException e) {
            started.stop(GRACE);
            throw new DataPlaneException(
                    Code.RELOAD_FAILED,
                    "HAProxy does not start: "
                            + HaproxyCheck.alerts(
                                    logSince(logged), files.engine().toString()),
                    e);
        }
        process = started;
        quarantine(faults);
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
    private void awaitWorkersGone() {
        for (long pid : workers) {
            ProcessHandle.of(pid).filter(this::isHaproxy).ifPresent(Engine::awaitEnd);
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

    private boolean isHaproxy(ProcessHandle handle) {
        return handle.info().command().filter(c -> c.endsWith("haproxy")).isPresent();
    }

    private Map<Listening, String> faults(Set<Listening> suspects) {
        Map<Listening, String> faults = new HashMap<>();
        for (Listening suspect : suspects) {
            bindTest.fault(suspect).ifPresent(fault -> faults.put(suspect, fault));
        }
        return faults;
    }

    private void quarantine(Map<Listening, String> faults) {
        quarantined = Set.copyOf(faults.keySet());
        Quarantine changed = Quarantine.of(faults);
        if (!changed.reasons().keySet().equals(quarantine.reasons().keySet())) {
            changed.reasons()
                    .values()
                    .forEach(reason -> LOG.atWarn()
                            .setMessage("address is not served")
                            .addKeyValue("appliance", spec.name())
                            .addKeyValue("reason", reason)
                            .log());
        }
        quarantine = changed;
    }

    /** What HAProxy reads: the configuration without what it cannot listen on, and with our command socket in any case. */
    private HaproxyConfig derive(HaproxyConfig config, Set<Listening> unusable) {
        HaproxyConfig derived = FrontendAddresses.without(config, List.copyOf(unusable));
        String socket = files.statsSocket().toString();
        Section global = derived.first("global").orElseGet(() -> Section.create("global", ""));
        if (global.lines("stats", "socket", socket).isEmpty()) {
            List<Words> sockets = new ArrayList<>(global.lines("stats", "socket"));
            sockets.add(Words.of("stats", "socket", socket, "mode", "600", "level", "admin"));
            derived = derived.with(global.replaceAll(line -> line.startsWith("stats", "socket"), sockets));
        }
        return derived;
    }

    /** What is configured and not served. */
    Quarantine quarantined() {
        return quarantine;
    }

    /** Whether something that is not served could be by now. */
    boolean mayServeMore() {
        Set<Listening> suspects;
        lock.lock();
        try {
            suspects = quarantined;
        } finally {
            lock.unlock();
        }
        return faults(suspects).size() < suspects.size();
    }

    @Override
    public boolean running() {
        ChildProcess current = process;
        return current != null && current.alive();
    }

    long pid() {
        return requireProcess().id().pid();
    }

    @Override
    public String runtime(String command) {
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
                restart();
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

    private void restart() {
        lock.lock();
        try {
            if (!stopping && !running()) {
                launch(serving);
            }
        } catch (IOException | DataPlaneException e) {
            LOG.atError()
                    .setMessage("HAProxy cannot be started again")
                    .addKeyValue("appliance", spec.name())
                    .setCause(e)
                    .log();
        } finally {
            lock.unlock();
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

    private String logSince(long position) throws IOException {
        Path log = files.log();
        if (!Files.exists(log)) {
            return "";
        }
        byte[] all = Files.readAllBytes(log);
        int from = (int) Math.min(position, all.length);
        return new String(all, from, all.length - from, StandardCharsets.UTF_8);
    }

    /** Stops watching; HAProxy goes on. */
    void detach() {
        stopping = true;
        supervisor.interrupt();
    }

    /** Stops watching and ends HAProxy. */
    void stop() {
        detach();
        lock.lock();
        try {
            ChildProcess current = process;
            if (current != null) {
                current.stop(GRACE);
            }
            awaitWorkersGone();
            if (network != null) {
                network.release();
            }
        } catch (IOException e) {
            throw new DataPlaneException(Code.INTERNAL, "the virtual IPs are not released: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }
}
