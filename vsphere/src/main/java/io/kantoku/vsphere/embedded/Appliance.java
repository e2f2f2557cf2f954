package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.List;

/** The way in which what runs a machine elsewhere tells the inventory about it. */
public interface Appliance {
    MoRef id();

    /** It is up and answers on these addresses. */
    void running(List<Ipv4Address> addresses);

    /** It is on but does not work. */
    void failed(String reason);

    void stopped();

    /** From now on the inventory's power operations on the machine go there; before, they are refused. */
    void switchedBy(PowerSwitch power);

    /** Takes the machine out of the inventory. */
    void unregister();
}
