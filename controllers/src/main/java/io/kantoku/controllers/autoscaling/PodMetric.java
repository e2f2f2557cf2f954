package io.kantoku.controllers.autoscaling;

import java.time.Duration;
import java.time.Instant;

/**
 * What was measured of a pod.
 *
 * @param value in thousandths
 * @param taken when; the end of the window
 * @param window over how long
 */
record PodMetric(Instant taken, Duration window, long value) {
    static PodMetric assumed(long value) {
        return new PodMetric(Instant.MIN, Duration.ZERO, value);
    }
}
