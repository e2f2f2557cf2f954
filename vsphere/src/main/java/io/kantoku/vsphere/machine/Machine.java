package io.kantoku.vsphere.machine;

/** A machine that was switched on. */
public interface Machine {
    /**
     * Ends the guest, gracefully within a deadline or at once, and takes the machine down; does nothing when that is done.
     * {@code TIMED_OUT} when the guest does not even end hard; the call can then be repeated.
     */
    void stop(StopMode mode);
}
