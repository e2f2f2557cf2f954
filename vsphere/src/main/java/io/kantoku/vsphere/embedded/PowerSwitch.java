package io.kantoku.vsphere.embedded;

/** How what runs a machine elsewhere is switched on and off; it tells the inventory through its {@link Appliance}. */
public interface PowerSwitch {
    /**
     * Starts it and returns when it works.
     *
     * @throws io.kantoku.vsphere.VsphereException when it does not start
     */
    void on();

    /** Ends it and returns when it has ended. */
    void off();
}
