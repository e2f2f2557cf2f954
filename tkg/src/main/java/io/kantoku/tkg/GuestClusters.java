package io.kantoku.tkg;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the operators ask of whoever keeps the APIs of guest clusters. Where this process serves them, all is known of a guest from its
 * beginning, and its API answers when a master of it does; the answers for that are given here.
 */
public interface GuestClusters {
    /** Drops a guest's API with all that it holds; one that is gone already is no error. Returns when it is gone. */
    void delete(ClusterId cluster);

    /**
     * Lets a guest's API be that of a release, once none of its masters is of an older one. Nothing happens where it is that or a later
     * one already, where there is none, and where masters bring their API with them.
     *
     * @param version the full version, {@code v1.19.16+kantoku.1}
     */
    void bringTo(ClusterId cluster, String version);

    /**
     * Takes a master out of its cluster's etcd before its machine goes, so that those that stay keep a quorum. Nothing happens where
     * masters run no etcd.
     *
     * @param cluster the Cluster object
     * @param node the master's name
     * @param others addresses of masters that stay, at least one
     */
    default void leaves(KubeObject cluster, String node, List<String> others) {}

    /** Why nobody can join the guest yet, although a master of it takes connections; empty when its API can be used. */
    default Optional<String> waitingFor(ClusterId cluster) {
        return Optional.empty();
    }

    /** Whether the guest's objects have been heard of: until then nothing follows from the absence of one. */
    default boolean isKnown(ClusterId cluster) {
        return true;
    }

    /** Tells of guests for which one of the answers above is another now. The listener must not block. */
    default void listen(Consumer<ClusterId> listener) {}

    /**
     * Whether nodes of guests are this product's own: they answer for their cluster's name server and volumes, and learn their network
     * from a ConfigMap. Other nodes bring their own.
     */
    default boolean haveOwnNodes() {
        return true;
    }
}
