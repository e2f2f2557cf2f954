package io.kantoku.supervisor.workload;

import java.util.Optional;

/** What is to be done about a Supervisor: enabling it and keeping it so, or taking it down. */
interface SupervisorWork {
    /**
     * What one pass came to: nothing when all is done, otherwise what is waited for.
     *
     * @param asking whether no event tells when the wait is over, so that it has to be asked again
     */
    record Pass(Optional<String> waitingFor, boolean asking) {
        static final Pass DONE = new Pass(Optional.empty(), false);

        static Pass waiting(String what) {
            return new Pass(Optional.of(what), false);
        }

        static Pass probing(String what) {
            return new Pass(Optional.of(what), true);
        }
    }

    /** Goes through the steps from the first, up to one that has to wait. */
    Pass pass();

    StepLog steps();
}
