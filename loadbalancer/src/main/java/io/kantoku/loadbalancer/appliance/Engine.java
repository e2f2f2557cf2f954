package io.kantoku.loadbalancer.appliance;

import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.appliance.FrontendAddresses.Listening;
import io.kantoku.loadbalancer.appliance.PoolableBackend.Shape;
import io.kantoku.loadbalancer.appliance.RuntimePlan.Leaving;
import io.kantoku.loadbalancer.dataplane.DurableFile;
import io.kantoku.loadbalancer.dataplane.EngineView;
import io.kantoku.loadbalancer.dataplane.Realisation;
import io.kantoku.loadbalancer.model.Backend;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.Parent;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Realises the configuration of an appliance with a running HAProxy: at run time what can be, by a reload what must.
 *
 * <p>In a machine of its own, a TCP service is an entry in HAProxy's maps, servers in a backend that HAProxy had in reserve, and
 * an element of the packet filter's sets. Elsewhere HAProxy has a frontend for it, and only its servers change at run time. Either
 * way the file that HAProxy reads at its next start follows within moments, so that it always says what runs.
 *
 * <p>One lock orders all changes, launches and reloads.
 */
final class Engine implements Realisation {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration PACE = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration FREQUENTLY = Duration.ofMillis(10);
    private static final List<Duration> ANNOUNCEMENTS =
            List.of(Duration.ZERO, Duration.ofMillis(200), Duration.ofSeconds(1));
    private static final int RESERVE = 256;
    private static final int LOW = 32;
    private static final int FEW = 16;

    private final ApplianceSpec spec;
    private final ApplianceFiles files;
    private final BindTest bindTest;
    private final HaproxyCheck haproxyCheck;
    private final HaproxyProcess process;
    private final RuntimeCommands commands;
    private final RuntimePlan.Maps maps;
    private final Interception wish;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Thread follower;

    private volatile Quarantine quarantine = Quarantine.EMPTY;
    private volatile @Nullable VipNetwork network;
    private Interception interception = Interception.NONE;
    private EngineModel.Reader reader = new EngineModel.Reader(Interception.NONE, List.of());
    private boolean active = true;

    private Set<Listening> quarantined = Set.of();
    private HaproxyConfig serving = HaproxyConfig.parse("");
    private volatile EngineModel model = reader.read(serving);
    private Slots slots = Slots.NONE;
    private final Set<Leaving> leaving = new HashSet<>();
    /** Counts whole configurations given to HAProxy; what was made of an older one is not written any more. */
    private long loads;

    private boolean behind;
    /** Whether a change was carried out in part, so that only a reload leads to a known state. */
    private boolean astray;

    /** @param wish how connections reach HAProxy in a machine of its own, if the kernel can do that */
    Engine(ApplianceSpec spec, ApplianceFiles files, Processes processes, Interception wish) {
        this.spec = spec;
        this.files = files;
        this.wish = wish;
        List<String> own = new ArrayList<>(spec.ownAddresses());
        own.add(spec.apiAddress().getAddress().getHostAddress());
        this.bindTest = new BindTest(spec.stack(), spec.vipRanges(), own);
        this.haproxyCheck = new HaproxyCheck(spec.haproxyBinary(), files.candidate());
        this.process = new HaproxyProcess(spec, files, processes, this::relaunch);
        this.commands = new RuntimeCommands(process::runtime);
        this.maps = new RuntimePlan.Maps(
                files.portsMap().toString(), files.backendsMap().toString());
        this.follower = Thread.ofVirtual().name("haproxy-file-" + spec.name()).unstarted(this::follow);
    }

    /**
     * Makes HAProxy serve the configuration: the process that runs already, or a new one.
     *
     * @param heldBefore whether an earlier life held the virtual IPs; one of a pair waits for its turn otherwise
     * @return whether it is one that ran already
     * @throws DataPlaneException when it cannot
     */
    boolean start(HaproxyConfig config, boolean heldBefore) {
        boolean adopted;
        lock.lock();
        try {
            if (spec.machine().isPresent()) {
                network = VipNetwork.open(spec.machine().get(), spec.vipRanges(), wish);
                interception = network.interception();
                reader = new EngineModel.Reader(interception, spec.vipRanges());
            }
            adopted = process.adopt();
            if (adopted) {
                adopt(config);
            } else {
                haproxyCheck.check(config.print());
                launch(config);
            }
            active = spec.pair().isEmpty() || (adopted && heldBefore);
            hold(active);
        } catch (IOException e) {
            throw new DataPlaneException(Code.INTERNAL, "HAProxy cannot be started: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
        process.watch();
        follower.start();
        return adopted;
    }

    /** Takes over the running process; it is reloaded only when it serves something else than it should. */
    private void adopt(HaproxyConfig config) throws IOException {
        EngineFile found = EngineFile.read(files);
        Set<Listening> missing = new HashSet<>(FrontendAddresses.of(config));
        FrontendAddresses.of(found.config()).forEach(missing::remove);
        reader.read(config).ports().keySet().forEach(port -> missing.removeIf(l -> port.is(l)));
        quarantined = Set.copyOf(missing);
        Map<Listening, String> faults = faults(quarantined);
        Rendered rendered = render(config, faults.keySet(), found.slots(), true);
        boolean same = !Files.exists(files.reloading())
                && found.holds(rendered.text())
                && new RunningState(process::runtime, maps).matches(rendered.model(), rendered.slots());
        LOG.atInfo()
                .setMessage("HAProxy adopted")
                .addKeyValue("appliance", spec.name())
                .addKeyValue("pid", process.pid())
                .addKeyValue("reload", !same)
                .log();
        if (same) {
            accept(config, rendered);
            quarantine(faults);
        } else {
            reloadRunning(config);
        }
    }

    /** What a configuration is realised as. */
    private record Rendered(EngineModel model, Slots slots, EngineText text) {}

    /** @param exactly whether the slots are to stay as they are, rather than as a reload should provide them */
    private Rendered render(HaproxyConfig config, Set<Listening> unusable, Slots before, boolean exactly) {
        HaproxyConfig usable = FrontendAddresses.without(config, List.copyOf(unusable));
        EngineModel rendered = reader.read(usable);
        boolean fits =
                exactly && rendered.pooled().keySet().equals(before.taken().keySet());
        Slots planned = interception == Interception.NONE
                ? Slots.NONE
                : fits ? before : Slots.plan(rendered.pooled().values(), usual(), before);
        return new Rendered(rendered, planned, EngineText.of(usable, rendered, planned, interception, files));
    }

    /** The shapes of the backends that the Supervisor makes. */
    private static Map<Shape, Integer> usual() {
        Map<Shape, Integer> shapes = new LinkedHashMap<>();
        shapes.put(shape(Backend.tcp("x", "x")), RESERVE);
        shapes.put(shape(Backend.tcp("x", "x").bySource()), FEW);
        shapes.put(shape(Backend.tcp("x", "x").checkedOverHttp("/healthz")), FEW);
        return shapes;
    }

    private static Shape shape(Backend backend) {
        return Kinds.BACKENDS
                .add(HaproxyConfig.parse(""), Parent.NONE, backend)
                .section("backend", backend.name())
                .flatMap(section -> PoolableBackend.of(section, true))
                .orElseThrow()
                .shape();
    }

    private void accept(HaproxyConfig config, Rendered rendered) {
        serving = config;
        model = rendered.model();
        slots = rendered.slots();
        leaving.clear();
        loads++;
        behind = false;
        astray = false;
    }

    @Override
    public void check(HaproxyConfig current, HaproxyConfig candidate) {
        boolean sure = false;
        if (lockSoon()) {
            try {
                if (process.running() && current.equals(serving)) {
                    if (plan(read(candidate)).isPresent()) {
                        return; // made of nothing but what HAProxy is known to accept
                    }
                    sure = PlainChange.is(serving, candidate);
                }
            } finally {
                lock.unlock();
            }
        }
        if (!sure) {
            haproxyCheck.check(candidate.print());
        }
        Set<VipPort> intercepted = new EngineModel.Reader(interception, spec.vipRanges())
                .read(candidate)
                .ports()
                .keySet();
        bindTest.check(current, candidate, listening -> intercepted.stream().anyMatch(port -> port.is(listening)));
    }

    /** Waits for whoever writes the file, which takes a moment, and not for a reload: HAProxy's own check is done sooner. */
    private boolean lockSoon() {
        try {
            return lock.tryLock(SOON.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private EngineModel read(HaproxyConfig config) {
        return reader.read(FrontendAddresses.without(config, List.copyOf(quarantined)));
    }

    private Optional<RuntimePlan> plan(EngineModel wanted) {
        return astray ? Optional.empty() : RuntimePlan.of(model, wanted, slots, leaving, maps);
    }

    @Override
    public boolean applyAtRuntime(HaproxyConfig current, HaproxyConfig candidate) {
        lock.lock();
        try {
            if (!process.running() || !current.equals(serving)) {
                return false;
            }
            EngineModel wanted = read(candidate);
            Optional<RuntimePlan> plan = plan(wanted);
            if (plan.isEmpty()) {
                return false;
            }
            carryOut(plan.get(), wanted);
            serving = candidate;
            model = wanted;
            slots = plan.get().slots();
            behind = true;
            moved.signalAll();
            return true;
        } catch (RuntimeCommands.Refused | DataPlaneException | IOException e) {
            astray = true;
            LOG.atWarn()
                    .setMessage("a change is made by a reload because HAProxy refused it at run time")
                    .addKeyValue("appliance", spec.name())
                    .setCause(e)
                    .log();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void carryOut(RuntimePlan plan, EngineModel wanted) throws IOException {
        if (network != null && active) {
            network.serveOnly(wanted.served());
        }
        commands.run(plan.closing());
        commands.run(plan.opening());
        for (Leaving server : plan.leaving()) {
            if (!commands.delete(server)) {
                leaving.add(server);
            }
        }
        if (network != null && active) {
            network.serve(wanted.served());
        }
    }

    @Override
    public void reload(HaproxyConfig config) {
        lock.lock();
        try {
            if (process.stopping()) {
                throw new DataPlaneException(Code.RELOAD_FAILED, "the appliance is stopping");
            }
            if (process.running()) {
                reloadRunning(config);
            } else {
                launch(config);
            }
            if (network != null && active) {
                network.serve(model.served());
            }
        } catch (IOException e) {
            throw new DataPlaneException(Code.RELOAD_FAILED, "HAProxy cannot be reloaded: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    private void reloadRunning(HaproxyConfig config) throws IOException {
        Map<Listening, String> faults = faults(quarantined);
        Rendered rendered = render(config, faults.keySet(), slots, false);
        EngineText before = EngineText.of(
                FrontendAddresses.without(serving, List.copyOf(quarantined)), model, slots, interception, files);
        DurableFile.writeDerived(files.serverStates(), states());
        DurableFile.writeDerived(files.reloading(), "");
        write(rendered.text());
        try {
            process.reload();
        } catch (IOException | DataPlaneException e) {
            write(before);
            Files.deleteIfExists(files.reloading());
            throw e;
        }
        Files.deleteIfExists(files.reloading());
        accept(config, rendered);
        quarantine(faults);
    }

    /** What HAProxy knows of its servers, for the next worker; not of those that leave, which may be wanted again. */
    private String states() {
        if (astray) {
            return ""; // who was put into maintenance by whom is not known
        }
        return process.runtime("show servers state")
                .lines()
                .filter(line -> {
                    String[] words = line.split(" ", 5); // backend id, backend, server id, server
                    return words.length < 5 || !leaving.contains(new Leaving(words[1], words[3]));
                })
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private void write(EngineText text) throws IOException {
        DurableFile.writeDerived(files.portsMap(), text.portsMap());
        DurableFile.writeDerived(files.backendsMap(), text.backendsMap());
        DurableFile.writeDerived(files.engine(), text.config());
    }

    /** Starts the process without the addresses that it could not listen on; the lock is held. */
    private void launch(HaproxyConfig config) throws IOException {
        process.awaitWorkersGone();
        Set<VipPort> intercepted = reader.read(config).ports().keySet();
        Map<Listening, String> faults =
                bindTest.unusable(config, listening -> intercepted.stream().anyMatch(port -> port.is(listening)));
        Rendered rendered = render(config, faults.keySet(), Slots.NONE, false);
        Files.deleteIfExists(files.serverStates());
        write(rendered.text());
        Files.deleteIfExists(files.reloading());
        process.launch();
        accept(config, rendered);
        quarantine(faults);
    }

    private void relaunch() {
        lock.lock();
        try {
            if (!process.stopping() && !process.running()) {
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

    /** Keeps HAProxy's file in step with what runs, and sees servers off whose last connection has ended. */
    private void follow() {
        try {
            while (!process.stopping()) {
                lock.lockInterruptibly();
                try {
                    while (!behind && leaving.isEmpty()) {
                        moved.await();
                    }
                    leaving.removeIf(server -> process.running() && commands.delete(server));
                } catch (DataPlaneException e) {
                    // HAProxy has just ended; who starts it again starts with an empty list
                } finally {
                    lock.unlock();
                }
                boolean wrote = writeInStep();
                Thread.sleep(wrote ? PACE : PATIENCE);
            }
        } catch (InterruptedException e) {
            // the appliance stops
        }
    }

    private boolean writeInStep() {
        HaproxyConfig config;
        EngineModel running;
        Slots taken;
        long generation;
        lock.lock();
        try {
            if (!behind) {
                return false;
            }
            behind = false;
            config = FrontendAddresses.without(serving, List.copyOf(quarantined));
            running = model;
            taken = slots;
            generation = loads;
        } finally {
            lock.unlock();
        }
        EngineText text = EngineText.of(config, running, taken, interception, files);
        lock.lock();
        try {
            if (generation == loads) {
                write(text);
            }
        } catch (IOException e) {
            behind = true;
            LOG.atWarn()
                    .setMessage("HAProxy's file is behind what runs")
                    .addKeyValue("appliance", spec.name())
                    .setCause(e)
                    .log();
            return false;
        } finally {
            lock.unlock();
        }
        return true;
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

    /** What is configured and not served. */
    Quarantine quarantined() {
        return quarantine;
    }

    /** Whether a reload would serve more than is served, or provide what is running out. */
    boolean wantsReload() {
        Set<Listening> suspects;
        lock.lock();
        try {
            if (!process.running()) {
                return false;
            }
            if (interception != Interception.NONE && slots.free(shape(Backend.tcp("x", "x"))) < LOW) {
                return true;
            }
            suspects = quarantined;
        } finally {
            lock.unlock();
        }
        return faults(suspects).size() < suspects.size();
    }

    /** Holds the virtual IPs, or lets them go for another appliance to hold; HAProxy goes on in either case. */
    void hold(boolean yes) throws IOException {
        lock.lock();
        try {
            active = yes;
            if (network != null && yes) {
                network.take(model.served());
                announce(network);
            } else if (network != null) {
                network.release();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes no new connections any more, and returns when those that have just begun have come to their end or turn out to be long
     * ones. To be followed by letting the virtual IPs go: who was not let in asks again, and meets who has them then.
     */
    void drain() throws IOException {
        lock.lock();
        try {
            if (network == null || !active || interception == Interception.NONE) {
                return;
            }
            network.closeToNewcomers();
        } finally {
            lock.unlock();
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            // one that was just let in may need a moment until HAProxy knows of it
            for (int quiet = 0; quiet < 3 && process.running() && System.nanoTime() < deadline; quiet++) {
                quiet = hasNewcomers() ? -1 : quiet;
                Thread.sleep(FREQUENTLY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether a connection through the one listener has begun within a second. */
    private boolean hasNewcomers() {
        return runtime("show sess")
                .lines()
                .anyMatch(line -> line.contains("fe=" + EngineText.LISTENER + " ") && line.contains(" age=0s "));
    }

    /** Tells the neighbours several times, for a packet may be lost and a switch may learn late. */
    private void announce(VipNetwork held) {
        List<String> addresses = vips();
        Thread.ofVirtual().name("announce-" + spec.name()).start(() -> {
            try {
                for (Duration pause : ANNOUNCEMENTS) {
                    Thread.sleep(pause);
                    held.announce(addresses);
                }
            } catch (IOException e) {
                LOG.atWarn()
                        .setMessage("the virtual IPs are not announced")
                        .addKeyValue("appliance", spec.name())
                        .setCause(e)
                        .log();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Whether the network of the virtual IPs can be reached at all. */
    boolean connected() {
        VipNetwork own = network;
        return own == null || own.connected();
    }

    /** The virtual IPs that are served. */
    List<String> vips() {
        return model.served().addresses().stream().sorted().toList();
    }

    @Override
    public boolean running() {
        return process.running();
    }

    long pid() {
        return process.pid();
    }

    String master(String command) {
        return process.master(command);
    }

    @Override
    public String runtime(String command) {
        return process.runtime(command);
    }

    @Override
    public EngineView view() {
        lock.lock();
        try {
            return interception == Interception.NONE ? EngineView.PLAIN : EngineText.view(serving, model, slots, maps);
        } finally {
            lock.unlock();
        }
    }

    /** Stops watching; HAProxy goes on. */
    void detach() {
        process.detach();
        follower.interrupt();
        try {
            follower.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (process.running()) {
            writeInStep();
        }
        VipNetwork own = network;
        if (own != null) {
            own.close();
        }
    }

    /** Stops watching and ends HAProxy. */
    void stop() {
        detach();
        lock.lock();
        try {
            if (network != null) {
                network.release();
            }
        } catch (IOException e) {
            LOG.atWarn()
                    .setMessage("the virtual IPs are not released")
                    .addKeyValue("appliance", spec.name())
                    .setCause(e)
                    .log();
        } finally {
            process.end();
            lock.unlock();
        }
    }
}
