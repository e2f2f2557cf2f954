package io.kantoku.loadbalancer.appliance;

import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.appliance.EngineRenderer.Rendered;
import io.kantoku.loadbalancer.appliance.FrontendAddresses.Listening;
import io.kantoku.loadbalancer.dataplane.DurableFile;
import io.kantoku.loadbalancer.dataplane.EngineView;
import io.kantoku.loadbalancer.dataplane.Realisation;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
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
    private static final Duration SOON = Duration.ofMillis(50);

    private final ApplianceSpec spec;
    private final ApplianceFiles files;
    private final BindTest bindTest;
    private final HaproxyCheck haproxyCheck;
    private final HaproxyProcess process;
    private final RuntimeCommands commands;
    private final RuntimePlan.Maps maps;
    private final Interception wish;
    private final ReentrantLock lock = new ReentrantLock();
    private final FileFollower follower;
    private final QuarantinedAddresses quarantine;
    private final VipHolder vips;
    private final LeavingServers leaving;

    private EngineRenderer renderer;
    private HaproxyConfig serving = HaproxyConfig.parse("");
    private volatile EngineModel model;
    private Slots slots = Slots.NONE;
    /** Of what runs now; nothing when that has changed. */
    private @Nullable Prepared prepared;
    /** Counts whole configurations given to HAProxy; what was made of an older one is not written any more. */
    private long loads;

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
        this.quarantine = new QuarantinedAddresses(spec.name(), bindTest);
        this.leaving = new LeavingServers(commands);
        this.follower = new FileFollower(spec.name(), lock, this, leaving);
        this.vips = new VipHolder(
                spec.name(), lock, new Newcomers(process::runtime, process::running), () -> model.served());
        this.renderer = new EngineRenderer(Interception.NONE, List.of(), files);
        this.model = renderer.read(serving, Set.of());
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
                renderer = new EngineRenderer(
                        vips.open(spec.machine().get(), spec.vipRanges(), wish), spec.vipRanges(), files);
            }
            adopted = process.adopt();
            if (adopted) {
                adopt(config);
            } else {
                haproxyCheck.check(config.print());
                launch(config);
            }
            vips.hold(spec.pair().isEmpty() || (adopted && heldBefore));
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
        missing.removeIf(renderer.intercepts(config));
        quarantine.set(missing);
        Map<Listening, String> faults = quarantine.faults(missing);
        Rendered rendered = renderer.render(config, faults.keySet(), found.slots(), true);
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
            quarantine.set(faults);
        } else {
            reloadRunning(config);
        }
    }

    private void accept(HaproxyConfig config, Rendered rendered) {
        serving = config;
        model = rendered.model();
        slots = rendered.slots();
        prepared = null;
        leaving.clear();
        loads++;
        follower.isInStep();
        astray = false;
    }

    @Override
    public void check(HaproxyConfig current, HaproxyConfig candidate) {
        boolean sure = false;
        if (lockSoon()) {
            try {
                if (process.running() && current.equals(serving)) {
                    if (prepare(candidate).plan().isPresent()) {
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
        bindTest.check(current, candidate, renderer.intercepts(candidate));
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

    /** What a candidate would become and how: worked out when it is checked, and needed again when it is carried out. */
    private record Prepared(
            HaproxyConfig candidate, Set<Listening> unusable, EngineModel wanted, Optional<RuntimePlan> plan) {}

    private Prepared prepare(HaproxyConfig candidate) {
        Set<Listening> unusable = quarantine.addresses();
        Prepared known = prepared;
        if (known != null
                && known.candidate().equals(candidate)
                && known.unusable().equals(unusable)) {
            return known;
        }
        EngineModel wanted = renderer.read(candidate, unusable);
        Optional<RuntimePlan> plan =
                astray ? Optional.empty() : RuntimePlan.of(model, wanted, slots, leaving.servers(), maps);
        Prepared now = new Prepared(candidate, unusable, wanted, plan);
        prepared = now;
        return now;
    }

    @Override
    public boolean applyAtRuntime(HaproxyConfig current, HaproxyConfig candidate) {
        lock.lock();
        try {
            if (!process.running() || !current.equals(serving)) {
                return false;
            }
            Prepared change = prepare(candidate);
            if (change.plan().isEmpty()) {
                return false;
            }
            prepared = null;
            carryOut(change.plan().get(), change.wanted());
            serving = candidate;
            model = change.wanted();
            slots = change.plan().get().slots();
            follower.changed();
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
        vips.serveOnly(wanted.served());
        commands.run(plan.closing());
        commands.run(plan.opening());
        leaving.add(plan.leaving());
        vips.serve(wanted.served());
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
            vips.serve(model.served());
        } catch (IOException e) {
            throw new DataPlaneException(Code.RELOAD_FAILED, "HAProxy cannot be reloaded: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    private void reloadRunning(HaproxyConfig config) throws IOException {
        Map<Listening, String> faults = quarantine.faults(quarantine.addresses());
        Rendered rendered = renderer.render(config, faults.keySet(), slots, false);
        EngineText before = text(runningNow());
        // who was put into maintenance by whom is not known when something went wrong
        DurableFile.writeDerived(
                files.serverStates(), astray ? "" : leaving.removedFrom(process.runtime("show servers state")));
        DurableFile.writeDerived(files.reloading(), "");
        rendered.text().writeTo(files);
        try {
            process.reload();
        } catch (IOException | DataPlaneException e) {
            before.writeTo(files);
            Files.deleteIfExists(files.reloading());
            throw e;
        }
        Files.deleteIfExists(files.reloading());
        accept(config, rendered);
        quarantine.set(faults);
    }

    /** What runs now; the lock is held. */
    FileFollower.Running runningNow() {
        return new FileFollower.Running(quarantine.without(serving), model, slots, loads);
    }

    /** What HAProxy's files say of what runs. */
    EngineText text(FileFollower.Running running) {
        return renderer.text(running.config(), running.model(), running.slots());
    }

    /** Writes HAProxy's files; the lock is held. */
    void write(EngineText text) throws IOException {
        text.writeTo(files);
    }

    /** Starts the process without the addresses that it could not listen on; the lock is held. */
    private void launch(HaproxyConfig config) throws IOException {
        process.awaitWorkersGone();
        Map<Listening, String> faults = bindTest.unusable(config, renderer.intercepts(config));
        Rendered rendered = renderer.render(config, faults.keySet(), Slots.NONE, false);
        Files.deleteIfExists(files.serverStates());
        rendered.text().writeTo(files);
        Files.deleteIfExists(files.reloading());
        process.launch();
        accept(config, rendered);
        quarantine.set(faults);
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

    /** What is configured and not served. */
    Quarantine quarantined() {
        return quarantine.shown();
    }

    /** Whether a reload would serve more than is served, or provide what is running out. */
    boolean wantsReload() {
        Set<Listening> suspects;
        lock.lock();
        try {
            if (!process.running()) {
                return false;
            }
            if (renderer.runsLow(slots)) {
                return true;
            }
            suspects = quarantine.addresses();
        } finally {
            lock.unlock();
        }
        return quarantine.faults(suspects).size() < suspects.size();
    }

    /** What holds the virtual IPs. */
    VipHolder vips() {
        return vips;
    }

    @Override
    public boolean running() {
        return process.running();
    }

    boolean stopping() {
        return process.stopping();
    }

    HaproxyProcess process() {
        return process;
    }

    @Override
    public String runtime(String command) {
        return process.runtime(command);
    }

    @Override
    public EngineView view() {
        lock.lock();
        try {
            return renderer.view(serving, model, slots, maps);
        } finally {
            lock.unlock();
        }
    }

    /** Stops watching; HAProxy goes on. */
    void detach() {
        process.detach();
        follower.stop();
        vips.close();
    }

    /** Stops watching and ends HAProxy. */
    void stop() {
        detach();
        lock.lock();
        try {
            vips.release();
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
