package io.kantoku.vsphere.machine;

import java.time.Duration;

/**
 * How long a guest may take to end.
 *
 * @param graceful before it is ended hard
 * @param hard before it is given up
 */
public record StopDeadlines(Duration graceful, Duration hard) {
    public static final StopDeadlines DEFAULT = new StopDeadlines(Duration.ofSeconds(20), Duration.ofSeconds(10));
}
