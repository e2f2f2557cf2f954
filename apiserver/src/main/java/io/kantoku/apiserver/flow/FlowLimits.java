package io.kantoku.apiserver.flow;

import java.time.Duration;

/**
 * How much is worked on at once, and how much waits.
 *
 * @param seats requests that are worked on at once
 * @param perCluster of these for one logical cluster
 * @param perUser of these for one user of a cluster
 * @param queuedPerCluster requests of a cluster that wait
 * @param queuedPerUser of these for one user
 * @param patience how long a request waits before it is refused
 */
public record FlowLimits(
        int seats, int perCluster, int perUser, int queuedPerCluster, int queuedPerUser, Duration patience) {
    public FlowLimits {
        if (perUser < 1 || perUser > perCluster || perCluster > seats || queuedPerUser < 0 || queuedPerCluster < 0) {
            throw new IllegalArgumentException("flow limits contradict each other");
        }
    }

    /** What leaves a quarter of the seats to others, whatever one cluster or user does; waits are as long as upstream's. */
    public static FlowLimits standard() {
        return new FlowLimits(256, 192, 144, 600, 400, Duration.ofSeconds(15));
    }
}
