package io.kantoku.supervisor.workload;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Backoff;
import io.kantoku.client.Clusters;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Resources;
import io.kantoku.client.Subscription;
import io.kantoku.supervisor.workload.SupervisorStatus.State;
import io.kantoku.supervisor.workload.SupervisorWork.Pass;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmListener;
import io.kantoku.vsphere.VmSubscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one Supervisor up and keeps it so, until it is to be taken down.
 *
 * <p>A virtual thread of its own goes through the steps from the first whenever a machine, node, service or namespace of the
 * Supervisor changes, and stops at the first step that has to wait; what it waits for can be read at any time. Every step finds
 * its work done when it comes to it again, so that a restart in the middle continues.
 */
final class SupervisorRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SupervisorRun.class);
    private static final Backoff RETRY = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5), 0.2);
    private static final Duration ASK_AGAIN = Duration.ofMillis(50);

    /** What is to be: replaced as a whole when the specification changes or the Supervisor is to go. */
    record Aim(SupervisorRecord record, EnableSpec spec) {}

    private final SupervisorServices services;
    private final VmClasses vmClasses;
    private final Consumer<SupervisorStatus> onChange;
    private final Runnable onRemoved;
    private final SupervisorLife life;
    private final Semaphore wake = new Semaphore(1);
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final Thread thread;
    private volatile Aim aim;
    private volatile SupervisorStatus status;
    private volatile boolean closed;
    private @Nullable VmSubscription machines;
    private boolean everRunning;

    /**
     * @param onChange hears of every change of the status, on the run's thread
     * @param onRemoved is called when the Supervisor is gone, as the last thing on the run's thread
     */
    SupervisorRun(
            Aim aim,
            SupervisorServices services,
            VmClasses vmClasses,
            Consumer<SupervisorStatus> onChange,
            Runnable onRemoved) {
        this.aim = aim;
        this.services = services;
        this.vmClasses = vmClasses;
        this.onChange = onChange;
        this.onRemoved = onRemoved;
        this.life = new SupervisorLife(aim.record(), services);
        this.everRunning = aim.record().everRunning();
        this.status = new SupervisorStatus(
                aim.record().removing() ? State.REMOVING : State.CONFIGURING,
                "preparing",
                work(aim).steps().steps());
        this.thread =
                Thread.ofVirtual().name("supervisor-" + aim.record().cluster()).unstarted(this::loop);
    }

    SupervisorRun start() {
        machines = services.inventory().machines().subscribe(new VmListener() {
            @Override
            public void onPresent(VirtualMachine vm) {
                if (vm.name().startsWith(ControlVms.NAME_PREFIX)) {
                    wake.release();
                }
            }

            @Override
            public void onDeleted(VirtualMachine last) {
                onPresent(last);
            }
        });
        Clusters clusters = services.clusters();
        for (var resource :
                List.of(Resources.NODES, Resources.SERVICES, Resources.NAMESPACES, Resources.PERSISTENT_VOLUMES)) {
            subscriptions.add(clusters.subscribe(resource, new ObjectListener() {
                @Override
                public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
                    if (cluster.equals(ClusterId.SUPERVISOR)) {
                        wake.release();
                    }
                }

                @Override
                public void onDeleted(ClusterId cluster, KubeObject last) {
                    onPresent(cluster, last, last);
                }
            }));
        }
        thread.start();
        return this;
    }

    SupervisorStatus status() {
        return status;
    }

    Aim aim() {
        return aim;
    }

    /** Changes what is to be; the work on it begins at once. */
    void aimAt(Aim next) {
        aim = next;
        if (next.record().removing()) {
            report(new SupervisorStatus(
                    State.REMOVING, "preparing", work(next).steps().steps()));
        }
        wake.release();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        if (machines != null) {
            machines.close();
        }
        subscriptions.forEach(Subscription::close);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        life.close();
    }

    private SupervisorWork work(Aim of) {
        return of.record().removing()
                ? new Removal(of.record(), services, life)
                : new Enabling(of, services, life, vmClasses);
    }

    private void loop() {
        Aim current = aim;
        SupervisorWork work = work(current);
        int failures = 0;
        try {
            while (!closed) {
                wake.acquire();
                wake.drainPermits();
                if (!current.equals(aim)) {
                    current = aim;
                    work = work(current);
                }
                boolean removing = current.record().removing();
                Duration again = Duration.ZERO;
                try {
                    Pass pass = work.pass();
                    failures = 0;
                    if (removing && pass.waitingFor().isEmpty()) {
                        onRemoved.run();
                        return;
                    }
                    report(status(removing, pass, work));
                    again = pass.asking() ? ASK_AGAIN : Duration.ZERO;
                } catch (RuntimeException e) { // the reconcile loop: tell, and try again
                    failures++;
                    again = RETRY.delay(failures, services.random());
                    String reason = String.valueOf(e.getMessage());
                    work.steps().failed(reason);
                    report(new SupervisorStatus(
                            State.ERROR, reason, work.steps().steps()));
                    LOG.atWarn()
                            .setMessage("supervisor step failed")
                            .addKeyValue("cluster", current.record().cluster())
                            .addKeyValue("failures", failures)
                            .setCause(e)
                            .log();
                }
                if (!again.isZero()) {
                    if (wake.tryAcquire(again.toMillis(), TimeUnit.MILLISECONDS)) {
                        wake.drainPermits();
                    }
                    wake.release();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // close() ends the loop
        }
    }

    /** A Supervisor that has come up once stays RUNNING, with a message, when a part of it is away. */
    private SupervisorStatus status(boolean removing, Pass pass, SupervisorWork work) {
        String message = pass.waitingFor().orElse("");
        State state = removing ? State.REMOVING : message.isEmpty() || everRunning ? State.RUNNING : State.CONFIGURING;
        return new SupervisorStatus(state, message, work.steps().steps());
    }

    private void report(SupervisorStatus next) {
        everRunning |= next.state() == State.RUNNING;
        SupervisorStatus before = status;
        if (next.equals(before)) {
            return;
        }
        status = next;
        if (next.state() != before.state() || !next.message().equals(before.message())) {
            LOG.atInfo()
                    .setMessage("supervisor")
                    .addKeyValue("cluster", aim.record().cluster())
                    .addKeyValue("state", next.state())
                    .addKeyValue("message", next.message())
                    .log();
        }
        onChange.accept(next);
    }
}
