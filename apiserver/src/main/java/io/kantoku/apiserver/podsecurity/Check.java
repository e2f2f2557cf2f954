package io.kantoku.apiserver.podsecurity;

import java.util.List;
import java.util.Optional;

/** One demand of a level. */
@FunctionalInterface
interface Check {
    /** What the pod does that it must not, or nothing. */
    Optional<Violation> violation(PodView pod, Level level);

    /**
     * A demand that a pod does not meet.
     *
     * @param reason in short
     * @param detail what exactly, may be empty
     */
    record Violation(String reason, String detail) {
        @Override
        public String toString() {
            return detail.isEmpty() ? reason : reason + " (" + detail + ")";
        }
    }

    /** A violation unless there is nothing to tell. */
    static Optional<Violation> of(String reason, List<String> details) {
        return details.isEmpty() ? Optional.empty() : Optional.of(new Violation(reason, String.join(", ", details)));
    }
}
