package io.kantoku.vsphere.machine;

/** A guest system that was booted. */
public interface RunningGuest {
    /**
     * Ends the guest and returns when it holds no socket, thread or file of its machine any more.
     *
     * <p>Called at most once gracefully and, if that takes too long, hard from another thread. Also called hard after the guest
     * reported its own failure.
     */
    void stop(StopMode mode);
}
