package io.kantoku.client;

import java.time.Instant;
import java.util.List;

/**
 * What a controller is doing, for metrics and for people.
 *
 * @param active whether it has seen all that existed and works
 * @param queued requests that are due
 * @param running requests that are being reconciled
 * @param delayed requests that come back later by themselves
 * @param reconciled reconciliations that succeeded since the start
 * @param conflicts reconciliations that lost a race and were repeated
 * @param failed reconciliations that failed
 * @param failing the requests whose last reconciliation failed
 */
public record ControllerStatus(
        String name,
        boolean active,
        int queued,
        int running,
        int delayed,
        long reconciled,
        long conflicts,
        long failed,
        List<Failing> failing) {
    public ControllerStatus {
        failing = List.copyOf(failing);
    }

    /**
     * A request that fails.
     *
     * @param failures how often in a row
     * @param error the last failure's message
     * @param since when it failed first
     * @param last when it failed last
     */
    public record Failing(Request request, int failures, String error, Instant since, Instant last) {}
}
