package io.kantoku.vsphere.machine;

/** How a machine tells the inventory about itself and its guest. */
public interface MachineReport extends GuestReport {
    /** The machine is on and its guest begins to boot. */
    void poweredOn();
}
