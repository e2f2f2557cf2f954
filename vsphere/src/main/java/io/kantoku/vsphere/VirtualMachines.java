package io.kantoku.vsphere;

import io.kantoku.vsphere.machine.StopMode;
import java.util.List;
import java.util.Optional;

/**
 * The machines of an inventory.
 *
 * <p>Operations on one machine happen one after the other; operations on different machines do not wait for each other.
 * An id that is not there is {@code NOT_FOUND}, except for {@link #delete}. Machines that are managed elsewhere refuse power
 * operations and deletion with {@code NOT_ALLOWED_IN_CURRENT_STATE}.
 */
public interface VirtualMachines {
    /**
     * Makes a machine that is off and chooses its host; durable when this returns.
     *
     * <p>Fails with {@code ALREADY_EXISTS} when the folder has a machine of that name, {@code NOT_FOUND} for a folder, pool,
     * image, policy or network that does not exist, {@code IN_USE} when another machine on the same network has one of the
     * addresses, and {@code INSUFFICIENT_RESOURCES} when no connected host could hold its reservation now (the message says
     * what is missing and how much of it).
     */
    VirtualMachine create(VmSpec spec);

    /**
     * Switches the machine on: admits its reservation to a host (which may be another one than before) and returns once its
     * boot is under way; progress comes through {@link #subscribe}. A machine that is on stays as it is. Fails with
     * {@code INSUFFICIENT_RESOURCES} as {@link #create} does.
     */
    VirtualMachine powerOn(MoRef vm);

    /**
     * Switches the machine off and returns when it is off. A guest that does not end gracefully in time is ended hard. A machine
     * that is off stays as it is.
     */
    VirtualMachine powerOff(MoRef vm, StopMode mode);

    /** Stops the guest and boots it again on the same host; {@code NOT_ALLOWED_IN_CURRENT_STATE} for a machine that is off. */
    VirtualMachine restart(MoRef vm, StopMode mode);

    /**
     * Gives the machine another size; one that is on is restarted with it. Durable when this returns, and a machine that was on is on
     * again even if the process ends in between. Fails with {@code INSUFFICIENT_RESOURCES} as {@link #create} does.
     */
    VirtualMachine resize(MoRef vm, VmHardware hardware);

    /** Ends the machine hard if it is on and removes it with its disk. A machine that is gone already is no error. */
    void delete(MoRef vm);

    Optional<VirtualMachine> find(MoRef vm);

    Optional<VirtualMachine> find(MoRef folder, String name);

    List<VirtualMachine> list();

    /**
     * The machine's newest console lines, at most 1 000, with higher numbers than {@code after}; none where the inventory cannot
     * tell.
     */
    List<ConsoleLine> console(MoRef vm, long after);

    /** Delivers all machines and then every change until closed; see {@link VmListener}. */
    VmSubscription subscribe(VmListener listener);

    default VirtualMachine get(MoRef vm) {
        return find(vm).orElseThrow(() -> VsphereException.notFound("virtual machine", vm));
    }
}
