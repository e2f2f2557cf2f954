package io.kantoku.loadbalancer.dataplane;

import java.util.Optional;

/** How far a change has got when its call is answered. */
sealed interface Outcome {
    /** Noted in a transaction. */
    record InTransaction() implements Outcome {}

    /** In effect. */
    record Applied() implements Outcome {}

    /** Written, in effect after a reload. */
    record Pending(String reloadId) implements Outcome {}

    /** The status of an answer: that for a change in effect, or 202. */
    default int status(int applied) {
        return this instanceof Applied ? applied : 202;
    }

    default Optional<String> reload() {
        return this instanceof Pending pending ? Optional.of(pending.reloadId()) : Optional.empty();
    }
}
