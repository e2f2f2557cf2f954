package io.kantoku.supervisor.workload;

import java.util.List;

/**
 * Where a Supervisor stands.
 *
 * @param message what is waited for, or what is wrong; empty when all is well
 * @param steps of what is being done or was done last, in their order
 */
public record SupervisorStatus(State state, String message, List<Step> steps) {
    /** The states of vCenter's {@code config_status}. */
    public enum State {
        CONFIGURING,
        REMOVING,
        RUNNING,
        ERROR
    }

    public SupervisorStatus {
        steps = List.copyOf(steps);
    }
}
