package io.kantoku.kubelet.boot;

import io.kantoku.client.Clusters;
import io.kantoku.kubelet.NodeFleet;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What all nodes of this process share.
 *
 * @param clusters the logical clusters, as a control plane that sets itself up sees them
 * @param random the jitter of repeats; used by many threads
 */
public record NodeEnvironment(
        ControlPlaneHost host,
        Clusters clusters,
        NodeFleet fleet,
        ClusterDiscovery discovery,
        InstantSource clock,
        RandomGenerator random) {}
