package io.kantoku.kubelet.pod;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Resources;
import io.kantoku.kubelet.cri.Sandbox;
import io.kantoku.lab.ControlGroups;
import io.kantoku.lab.FileTrees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one pod of the node be as the API says. A virtual thread of its own looks at the pod whenever something has changed or is due,
 * does what {@link PodPlan} says, and writes the status; everything below is called by that thread alone, except where it says so.
 */
public final class PodWorker {
    private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
    private static final Duration REFRESH = Duration.ofSeconds(20);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final PodHost host;
    private final String uid;
    private final Semaphore signals = new Semaphore(0);
    private final PodRuntime runtime;
    private final ProbeSet probes;
    private final ContainerEnding ending;
    private final PodStatusReport report;
    private final ContainerStarter starter;
    private final HostPorts ports;
    private final LogRotation logs;
    private final PodAdmission admission;
    private final PodResizer resizer;
    private final ContainerResizing resizing;
    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private volatile KubeObject pod;
    private volatile boolean gone;
    private volatile boolean closed;
    private volatile boolean over;
    private volatile ObservedPod seen = ObservedPod.NOTHING;
    private Optional<PodStatusWriter.Verdict> verdict = Optional.empty();
    private Instant refreshed;
    private boolean admitted;
    private int failures;

    public PodWorker(PodHost host, KubeObject pod) {
        this.host = host;
        this.pod = pod;
        this.uid = pod.uid();
        this.refreshed = host.clock().instant();
        PodDirectory directory = new PodDirectory(host.layout(), uid);
        this.runtime = new PodRuntime(host.cri(), uid);
        this.probes = new ProbeSet(host, this::wake);
        this.ending = new ContainerEnding(host, this::wake);
        this.report = new PodStatusReport(host, directory);
        this.ports = new HostPorts(host);
        this.logs = new LogRotation(host);
        this.starter = new ContainerStarter(host, directory, pod, ending, ids::add);
        this.admission = new PodAdmission(host.accounts());
        this.resizer = new PodResizer(
                host.accounts(), pod, (type, reason, message) -> host.event(this.pod, "", type, reason, message));
        this.resizing = new ContainerResizing(host, resizer, ending);
        if (pod.at("status").has("startTime") && !PodPhase.terminal(pod.text("status", "phase"))) {
            this.admitted = admission.admit(pod).isEmpty(); // counted before others ask for what it has
        }
    }

    /** Begins; the thread ends with the pod or with {@link #close}. */
    public PodWorker start() {
        Thread.ofVirtual().name("pod-" + pod.name()).start(this::run);
        return this;
    }

    /** The API has a new version of the pod. Any thread. */
    public void update(KubeObject newer) {
        pod = newer;
        wake();
    }

    /** The API has the pod no longer. Any thread. */
    public void gone() {
        gone = true;
        wake();
    }

    /** Something happened to the pod's containers, or to what it waits for. Any thread. */
    public void wake() {
        signals.release();
    }

    /** Leaves the pod to run. Any thread. */
    public void close() {
        closed = true;
        wake();
    }

    /** Whether nothing of the pod is left on the node. Any thread. */
    public boolean over() {
        return over;
    }

    /** The pod with its present status. Any thread. */
    public KubeObject pod() {
        return report.latest().orElse(pod);
    }

    /** What was last seen of the pod in the runtime. Any thread. */
    ObservedPod observed() {
        return seen;
    }

    /** Whether a sandbox or container is the pod's. Any thread. */
    public boolean has(String id) {
        return ids.contains(id);
    }

    private void run() {
        while (!closed && !over) {
            Duration pause;
            try {
                pause = sync();
                failures = 0;
            } catch (RuntimeException e) { // the reconcile loop of a pod: whatever fails is tried again
                failures++;
                pause = shorter(LONGEST_PAUSE, AFTER_FAILURE.multipliedBy(failures));
                LOG.atInfo()
                        .setMessage("a pod could not be brought on, trying again")
                        .addKeyValue("node", host.nodeName())
                        .addKeyValue("pod", pod.namespacedName())
                        .setCause(e)
                        .log();
            }
            if (!over) {
                await(pause);
            }
        }
        probes.close();
        ports.close();
    }

    private void await(Duration pause) {
        try {
            if (signals.tryAcquire(Math.max(1, pause.toMillis()), TimeUnit.MILLISECONDS)) {
                signals.drainPermits();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    /** Brings the pod on as far as it goes now; how long until it is due again without a signal. */
    private Duration sync() {
        KubeObject present = pod;
        ObservedPod observed = observe(present);
        if (gone) {
            return end(present, observed, Duration.ofSeconds(ContainerSpecs.grace(present)));
        }
        if (present.deleting()) {
            report(present, observed);
            return end(present, observed, Duration.ofSeconds(deletionGrace(present)));
        }
        if (PodPhase.terminal(present.text("status", "phase"))) {
            host.accounts().release(uid);
            if (observed.knowsAll(present)) { // a runtime that has forgotten them says nothing of how they ended
                report(present, observed);
            }
            return endProcesses(present, observed) ? LOOK_AGAIN.multipliedBy(10) : LOOK_AGAIN;
        }
        if (!admit(present)) {
            return LOOK_AGAIN;
        }
        KubeObject granted = resizer.allocate(present);
        report(granted, observed);
        observed = advance(granted, observed);
        resizing.bringOn(granted, observed);
        refresh(granted, observed);
        logs.rotate(granted, observed);
        report(pod, observed);
        return due(granted, observed);
    }

    private void report(KubeObject present, ObservedPod observed) {
        report.write(present, observed, resizer.allocation(), verdict);
    }

    /** Whether the node takes the pod; one that it does not take has failed. */
    private boolean admit(KubeObject present) {
        if (!admitted) {
            Optional<PodAdmission.Refusal> refusal = admission.admit(present);
            admitted = refusal.isEmpty();
            refusal.ifPresent(why -> {
                report.refuse(present, why);
                host.event(present, "", "Warning", why.reason(), why.message());
            });
        }
        return admitted;
    }

    /** What is in configMap, secret and projected volumes follows the API. */
    private void refresh(KubeObject present, ObservedPod observed) {
        Instant now = host.clock().instant();
        if (PodVolumes.changing(present) && observed.anyRunning() && !now.isBefore(refreshed.plus(REFRESH))) {
            refreshed = now;
            starter.refreshVolumes(present, observed.podIp());
        }
    }

    private ObservedPod observe(KubeObject present) {
        ObservedPod observed = runtime.observe(starter.waiting(), probes);
        probes.follow(present, observed.containers(), ip(present, observed), present.deleting() || gone);
        observed = runtime.withProbes(observed, probes);
        ports.follow(present, observed.podIp(), observed.anyRunning());
        seen = observed;
        observed.sandboxes().forEach(sandbox -> ids.add(sandbox.id()));
        observed.containers().forEach(container -> ids.add(container.id()));
        return observed;
    }

    private String ip(KubeObject present, ObservedPod observed) {
        return present.at("spec", "hostNetwork").asBoolean() ? host.hostIp() : observed.podIp();
    }

    /** Plans and acts until there is nothing to do or something has to be waited for. */
    private ObservedPod advance(KubeObject present, ObservedPod first) {
        ObservedPod observed = first;
        for (int round = 0; round < 8; round++) {
            Instant now = host.clock().instant();
            if (PodPlan.deadlineExceeded(present, now)) {
                verdict = Optional.of(PodStatusWriter.Verdict.DEADLINE);
            }
            List<PodPlan.Step> steps = PodPlan.plan(present, observed, now);
            boolean acted = false;
            for (PodPlan.Step step : steps) {
                acted |= execute(present, observed, step);
            }
            if (!acted || !present.resourceVersion().equals(pod.resourceVersion())) {
                return observe(pod);
            }
            observed = observe(present);
            report(present, observed);
        }
        return observed;
    }

    /** Whether anything was done that changes what can be done next. */
    private boolean execute(KubeObject present, ObservedPod observed, PodPlan.Step step) {
        return switch (step) {
            case PodPlan.Step.EndPod _ -> {
                endProcesses(present, observed);
                yield false;
            }
            case PodPlan.Step.EndSandboxes _ -> {
                host.event(
                        present,
                        "",
                        "Normal",
                        "SandboxChanged",
                        "Pod sandbox changed, it will be killed and re-created.");
                observed.sandboxes().forEach(sandbox -> host.cri().stopSandbox(sandbox.id()));
                yield false;
            }
            case PodPlan.Step.MakeSandbox make -> starter.makeSandbox(present, make.attempt());
            case PodPlan.Step.StartContainer start -> start(present, observed, start);
            case PodPlan.Step.EndContainer end -> {
                Duration grace = probes.grace(end.id()).orElse(Duration.ofSeconds(ContainerSpecs.grace(present)));
                ending.end(present, end.container(), end.id(), grace, end.message(), observed.podIp());
                yield false;
            }
        };
    }

    private boolean start(KubeObject present, ObservedPod observed, PodPlan.Step.StartContainer step) {
        boolean started = starter.start(present, observed, step.container(), step.attempt());
        if (started) {
            resizer.given(step.container());
        }
        return started;
    }

    /** Ends what runs of a pod that is finished, and its sandbox; whether all has ended. */
    private boolean endProcesses(KubeObject present, ObservedPod observed) {
        if (observed.anyRunning()) {
            ending.endAll(present, observed, Duration.ofSeconds(ContainerSpecs.grace(present)));
            return false;
        }
        observed.sandboxes().stream().filter(Sandbox::ready).forEach(sandbox -> {
            host.cri().stopSandbox(sandbox.id());
            wake(); // to say so
        });
        return true;
    }

    private static long deletionGrace(KubeObject pod) {
        return pod.at("metadata", "deletionGracePeriodSeconds").asLong(ContainerSpecs.grace(pod));
    }

    /** Ends a pod that is deleted, or was. */
    private Duration end(KubeObject present, ObservedPod observed, Duration grace) {
        if (observed.anyRunning()) {
            ending.endAll(present, observed, grace);
            return LOOK_AGAIN;
        }
        observed.sandboxes().forEach(sandbox -> host.cri().stopSandbox(sandbox.id()));
        if (!gone) {
            report(present, observe(present));
        }
        removeAll(present, observed);
        if (!gone) {
            delete(present);
        }
        over = true;
        host.accounts().release(uid);
        LOG.atInfo()
                .setMessage("pod ended")
                .addKeyValue("node", host.nodeName())
                .addKeyValue("pod", present.namespacedName())
                .log();
        return Duration.ZERO;
    }

    private void removeAll(KubeObject present, ObservedPod observed) {
        observed.sandboxes().forEach(sandbox -> host.cri().removeSandbox(sandbox.id()));
        try {
            starter.removeVolumes();
            FileTrees.remove(SandboxSpecs.logDirectory(host.layout(), present));
        } catch (IOException e) {
            throw new UncheckedIOException("the files of the pod cannot be removed: " + e.getMessage(), e);
        }
        ControlGroups.remove(SandboxSpecs.cgroup(host.layout(), present));
    }

    private void delete(KubeObject present) {
        try {
            host.client()
                    .delete(
                            Resources.PODS,
                            present.namespacedName(),
                            new DeleteOptions(DeleteOptions.Propagation.BACKGROUND, uid, 0));
        } catch (ApiException e) {
            if (!e.isNotFound() && e.code() != 409) { // otherwise another pod has the name by now
                throw e;
            }
        }
    }

    private Duration due(KubeObject present, ObservedPod observed) {
        Duration due = PodVolumes.changing(present) && observed.sandbox().isPresent() ? REFRESH : LOOK_AGAIN;
        Instant now = host.clock().instant();
        Optional<Instant> deadline = PodPlan.deadline(present).filter(end -> verdict.isEmpty());
        if (deadline.isPresent()) {
            due = shorter(due, Duration.between(now, deadline.get()).plusMillis(1));
        }
        Optional<Instant> retry = starter.retry();
        if (retry.isPresent()) {
            due = shorter(due, Duration.between(now, retry.get()).plusMillis(1));
        }
        return due.isNegative() ? Duration.ZERO : due;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
