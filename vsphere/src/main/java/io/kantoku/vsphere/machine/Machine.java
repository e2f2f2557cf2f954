package io.kantoku.vsphere.machine;

/** A machine that was switched on. */
public interface Machine {
    /**
     * Ends the guest, gracefully within a deadline or at once, and takes the machine down. A second call waits for the first
     * and does nothing more. {@code TIMED_OUT} when the guest does not even end hard.
     */
    void stop(StopMode mode);
}
