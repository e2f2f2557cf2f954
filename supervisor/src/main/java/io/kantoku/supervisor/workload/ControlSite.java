package io.kantoku.supervisor.workload;

import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.cloudinit.CloudInit;
import java.util.Optional;

/**
 * What the control VMs of a Supervisor boot, where that is not what their bootstrap data say: on a vCenter that is not ours they lead
 * to the process that serves the API.
 */
public interface ControlSite {
    /** The machines boot their bootstrap data, and that is all. */
    ControlSite BOOTED = new ControlSite() {
        @Override
        public Optional<String> reasonAgainst(EnableSpec spec) {
            return Optional.empty();
        }

        @Override
        public VmSpec machine(VmSpec planned, EnableSpec spec) {
            return planned;
        }

        @Override
        public void attend(VirtualMachine vm, CloudInit bootstrap) {
            // the machine does it
        }

        @Override
        public void leave(VirtualMachine vm) {
            // it ends with the machine
        }
    };

    /** Why control VMs cannot be made from the specification's content library; empty when they can. */
    Optional<String> reasonAgainst(EnableSpec spec);

    /**
     * The machine to make.
     *
     * @param planned one without an image, which boots the bootstrap data of a control plane
     */
    VmSpec machine(VmSpec planned, EnableSpec spec);

    /**
     * Does for a machine what it does not do itself, as long as it runs; called whenever something of it may have changed.
     *
     * @param bootstrap what it would boot
     */
    void attend(VirtualMachine vm, CloudInit bootstrap);

    /** The machine is about to be removed. */
    void leave(VirtualMachine vm);
}
