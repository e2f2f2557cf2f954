package io.kantoku.network;

import java.util.Optional;

/**
 * The network of the pods on one node: its CNI, its service proxy, and its part of cluster DNS.
 *
 * <p>Thread-safe. Closing it ends what programs the node's network; pods that are attached stay connected, so that a successor can
 * take over.
 */
public interface NodeNetwork extends AutoCloseable {
    /**
     * Connects a pod and gives it its address; a pod that is connected already keeps what it has. CNI's ADD.
     *
     * @throws NetworkException when that cannot be done; the message says why
     */
    PodLink attach(PodSandbox sandbox);

    /** Disconnects a pod and frees its address; does nothing when that is done. CNI's DEL. */
    void detach(PodSandbox sandbox);

    /** Why pods cannot be connected now; empty when they can. Becomes the reason of the node's condition {@code Ready}. */
    Optional<String> problem();

    @Override
    void close();
}
