package io.kantoku.vsphere.machine;

import io.kantoku.vsphere.net.Ipv4Address;
import java.util.List;

/** How a guest tells the inventory about itself; may be called from any thread, and does not block. */
public interface GuestReport {
    /** What the boot is doing or waiting for, for people to read. */
    void booting(String message);

    /** The guest is up and answers on these addresses. */
    void running(List<Ipv4Address> addresses);

    /** The guest cannot go on; it is then ended hard, and the machine stays on with a failed guest. */
    void failed(String reason);
}
