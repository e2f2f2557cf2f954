package io.kantoku.vsphere.machine;

import io.kantoku.lab.NetworkStack;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.net.Ipv4Address;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One machine whose guest is in this process.
 *
 * <p>The boot thread (virtual) owns the boot and ends with {@link #booted}; whoever stops the machine first interrupts it and
 * then ends the guest it left behind. Reports of a machine that is being stopped go nowhere.
 */
final class HostedMachine implements Machine, GuestReport {
    private static final Logger LOG = LoggerFactory.getLogger(HostedMachine.class);

    private final VirtualMachine vm;
    private final String name;
    private final Cabling cabling;
    private final StopDeadlines deadlines;
    private final MachineReport report;
    private final CompletableFuture<Optional<RunningGuest>> booted = new CompletableFuture<>();
    private final ReentrantLock one = new ReentrantLock();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicBoolean failing = new AtomicBoolean();
    private volatile @Nullable Thread bootThread;

    /** Guarded by the lock, which lets one thread at a time end the guest. */
    private boolean ended;

    HostedMachine(VirtualMachine vm, StopDeadlines deadlines, MachineReport report, Cabling cabling) {
        this.vm = vm;
        this.name = vm.name();
        this.cabling = cabling;
        this.deadlines = deadlines;
        this.report = report;
    }

    void start(GuestOs guestOs, Path directory, Semaphore boots) {
        Thread thread = Thread.ofVirtual().name("boot-" + name).unstarted(() -> boot(guestOs, directory, boots));
        bootThread = thread;
        thread.start();
    }

    private void boot(GuestOs guestOs, Path directory, Semaphore boots) {
        Optional<RunningGuest> guest = Optional.empty();
        try {
            boots.acquire();
            try {
                report.poweredOn();
                NetworkStack network = cabling.connect(vm);
                guest = Optional.of(guestOs.boot(GuestContext.of(vm, network, directory, this)));
            } finally {
                boots.release();
            }
        } catch (InterruptedException e) {
            // Only stop() interrupts; when the guest system itself did, there is no guest and that has to be said.
            if (!stopping.get()) {
                failed("the boot was interrupted");
            }
        } catch (IOException | RuntimeException e) {
            // The guest system is foreign code: whatever it fails with is the fate of this machine only.
            LOG.atWarn()
                    .setMessage("guest did not boot")
                    .addKeyValue("vm", name)
                    .setCause(e)
                    .log();
            failed(e.getMessage() == null ? e.toString() : e.getMessage());
        } finally {
            booted.complete(guest);
        }
    }

    @Override
    public void booting(String message) {
        if (!stopping.get()) {
            report.booting(message);
        }
    }

    @Override
    public void running(List<Ipv4Address> addresses) {
        if (!stopping.get() && !failing.get()) {
            report.running(addresses);
        }
    }

    @Override
    public void failed(String reason) {
        if (stopping.get() || !failing.compareAndSet(false, true)) {
            return;
        }
        report.failed(reason);
        // The caller may be a thread of the guest, which the guest's end waits for.
        Thread.ofVirtual().name("fail-" + name).start(() -> {
            try {
                stop(StopMode.HARD);
            } catch (VsphereException e) {
                LOG.atError()
                        .setMessage("failed guest does not end")
                        .addKeyValue("vm", name)
                        .setCause(e)
                        .log();
            }
        });
    }

    @Override
    public void stop(StopMode mode) {
        stopping.set(true);
        one.lock();
        try {
            if (!ended) {
                end(mode);
                if (mode != StopMode.RELEASE) {
                    cabling.disconnect(vm);
                }
                ended = true;
            }
        } finally {
            one.unlock();
        }
    }

    private void end(StopMode mode) {
        Thread thread = bootThread;
        if (thread != null) {
            thread.interrupt();
        }
        Optional<RunningGuest> guest;
        try {
            guest = await(booted, deadlines.hard(), "to give up its boot");
        } catch (VsphereException e) {
            // A boot that ends after all must not leave its guest behind.
            var _ = booted.thenAcceptAsync(
                    late -> late.ifPresent(running -> running.stop(StopMode.HARD)), Thread::startVirtualThread);
            throw e;
        }
        if (guest.isEmpty()) {
            return;
        }
        if (mode != StopMode.HARD) {
            try {
                await(stopping(guest.get(), mode), deadlines.graceful(), "to shut down");
                return;
            } catch (VsphereException e) {
                LOG.atWarn()
                        .setMessage("guest did not shut down and is ended hard")
                        .addKeyValue("vm", name)
                        .setCause(e)
                        .log();
            }
        }
        await(stopping(guest.get(), StopMode.HARD), deadlines.hard(), "to end");
    }

    private CompletableFuture<Void> stopping(RunningGuest guest, StopMode mode) {
        return CompletableFuture.runAsync(
                () -> guest.stop(mode),
                task -> Thread.ofVirtual().name("stop-" + name).start(task));
    }

    private <T> T await(CompletableFuture<T> future, Duration deadline, String what) {
        try {
            return future.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new VsphereException(
                    VsphereException.Code.TIMED_OUT,
                    "waited " + deadline.toSeconds() + " s for the guest of " + name + " " + what,
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof VsphereException known) {
                throw known;
            }
            throw new VsphereException(
                    VsphereException.Code.INTERNAL,
                    "the guest of " + name + " failed " + what + ": " + e.getCause(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VsphereException(
                    VsphereException.Code.TIMED_OUT,
                    "interrupted while waiting for the guest of " + name + " " + what,
                    e);
        }
    }
}
