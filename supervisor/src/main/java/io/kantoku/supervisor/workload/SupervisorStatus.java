package io.kantoku.supervisor.workload;

/**
 * Where a Supervisor stands.
 *
 * @param message what is waited for, or what is wrong; empty when all is well
 */
public record SupervisorStatus(State state, String message) {
    /** The states of vCenter's {@code config_status}. */
    public enum State {
        CONFIGURING,
        REMOVING,
        RUNNING,
        ERROR
    }

    static SupervisorStatus configuring(String message) {
        return new SupervisorStatus(State.CONFIGURING, message);
    }

    static SupervisorStatus failing(String message) {
        return new SupervisorStatus(State.ERROR, message);
    }

    static SupervisorStatus running() {
        return new SupervisorStatus(State.RUNNING, "");
    }
}
