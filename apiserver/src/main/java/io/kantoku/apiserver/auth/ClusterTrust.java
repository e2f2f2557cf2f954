package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.ClusterId;
import java.util.Optional;

/** Finds the keys of a logical cluster; empty when the cluster does not exist. */
@FunctionalInterface
public interface ClusterTrust {
    Optional<ClusterKeys> keys(ClusterId cluster);
}
