package io.kantoku.tkg;

import io.kantoku.apimachinery.ClusterId;

/** What the operators ask of whoever keeps the APIs of guest clusters. */
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
}
