package io.kantoku.vsphere;

/** Whether a machine is on. */
public enum PowerState {
    POWERED_OFF,
    /** On was asked for; the machine waits for its turn or is being made. */
    POWERING_ON,
    POWERED_ON
}
