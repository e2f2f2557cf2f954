package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.machine.Machine;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A machine of the embedded inventory.
 *
 * <p>{@link #operation} is held during a whole operation, boots and stops included. Fields are guarded as said at each; the
 * state lock is the one of {@link VmRegistry}.
 */
final class VmEntry {
    final ReentrantLock operation = new ReentrantLock();

    /** Written under the state lock, read from anywhere. */
    volatile VirtualMachine vm;

    /** Whether it is durable and can be seen; guarded by the state lock. */
    boolean published;

    /** Counts starts and stops, so that a machine that was stopped is not listened to any more; guarded by the state lock. */
    long life;

    /** Whether it is gone; guarded by {@link #operation}. */
    boolean deleted;

    /** What runs, if anything was started in this process; guarded by {@link #operation}. */
    @Nullable
    Machine machine;

    /** Switches a machine that something else runs; null when nothing can. */
    volatile @Nullable PowerSwitch power;

    /** What the machine said, since this process took it over. */
    final ConsoleLog console = new ConsoleLog();

    VmEntry(VirtualMachine vm) {
        this.vm = vm;
    }
}
