package io.kantoku.vsphere.machine;

/** How a guest is ended. */
public enum StopMode {
    /** It is asked to shut down and may finish what it does. */
    GRACEFUL,
    /** It ends at once, as when the power goes. */
    HARD,
    /** This process ends: it lets go of the guest, what can run without it goes on, and the next boot takes that over. */
    RELEASE
}
