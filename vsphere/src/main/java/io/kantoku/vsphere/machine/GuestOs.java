package io.kantoku.vsphere.machine;

import java.io.IOException;

/** The system that boots in machines. */
public interface GuestOs {
    /**
     * Boots the guest of one machine and returns once it runs on its own.
     *
     * <p>Called on a virtual thread that is interrupted when the machine is stopped meanwhile. The number of boots at one time
     * is bounded, so a boot must not wait for another machine; what does (joining a cluster) goes on in the guest's own threads
     * after this returned. The directory is empty at the first boot and holds what was left in it at later ones. Progress and the
     * end of the boot are told to {@link GuestContext#report()}; an exception from here fails the guest with its message.
     */
    RunningGuest boot(GuestContext context) throws IOException, InterruptedException;
}
