package io.kantoku.kubelet.pod;

import java.util.Optional;

/** What came of one probe. */
sealed interface ProbeResult {
    /** The container is well. */
    record Success() implements ProbeResult {}

    /** The container counts as well, with words for an Event. */
    record Warning(String words) implements ProbeResult {}

    /** The container is not well; {@code words} say why, in upstream's words. */
    record Failure(String words) implements ProbeResult {}

    /** A success when nothing is to be said. */
    static ProbeResult of(Optional<String> failure) {
        return failure.<ProbeResult>map(Failure::new).orElseGet(Success::new);
    }
}
