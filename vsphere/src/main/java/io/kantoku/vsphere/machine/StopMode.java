package io.kantoku.vsphere.machine;

/** How a guest is ended. */
public enum StopMode {
    /** It is asked to shut down and may finish what it does. */
    GRACEFUL,
    /** It ends at once, as when the power goes. */
    HARD
}
