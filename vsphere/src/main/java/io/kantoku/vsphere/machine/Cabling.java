package io.kantoku.vsphere.machine;

import io.kantoku.lab.NetworkStack;
import io.kantoku.vsphere.VirtualMachine;

/** Connects machines to their networks. Calls for one machine do not overlap. */
public interface Cabling {
    /**
     * Connects a machine's cards, or finds them connected by an earlier life of this process.
     *
     * @return where the machine's addresses are
     */
    NetworkStack connect(VirtualMachine vm);

    /** Disconnects a machine whose guest holds no socket any more; does nothing when that is done. */
    void disconnect(VirtualMachine vm);

    /** All machines have the same network and need no cable. */
    static Cabling shared(NetworkStack network) {
        return new Cabling() {
            @Override
            public NetworkStack connect(VirtualMachine vm) {
                return network;
            }

            @Override
            public void disconnect(VirtualMachine vm) {
                // nothing was made
            }
        };
    }
}
