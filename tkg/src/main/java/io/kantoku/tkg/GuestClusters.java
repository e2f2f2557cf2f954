package io.kantoku.tkg;

import io.kantoku.apimachinery.ClusterId;

/** What the operators ask of whoever keeps the APIs of guest clusters. */
public interface GuestClusters {
    /** Drops a guest's API with all that it holds; one that is gone already is no error. Returns when it is gone. */
    void delete(ClusterId cluster);
}
