package io.kantoku.apiserver;

import io.kantoku.client.KubeClient;

/** Makes objects that a logical cluster has from its beginning. */
@FunctionalInterface
public interface ClusterBootstrap {
    /** Called when a cluster is created, and again whenever it is opened: makes what is missing and leaves the rest alone. */
    void prepare(ClusterOptions options, KubeClient admin, InitialObjects objects);
}
