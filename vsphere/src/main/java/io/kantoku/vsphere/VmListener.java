package io.kantoku.vsphere;

/**
 * Receives machines and their changes.
 *
 * <p>It is called by one thread at a time, never the caller's of an operation and never under a lock. Of changes that follow
 * each other faster than the listener reads, only the last state of each machine is delivered.
 */
public interface VmListener {
    /** The machine exists and is like this; it is new to this subscription or has changed. */
    void onPresent(VirtualMachine vm);

    /** The machine is gone; this was its last state. */
    void onDeleted(VirtualMachine last);

    /** All machines that existed at the start have been delivered. */
    default void onSynced() {}
}
