package io.kantoku.vsphere;

/**
 * A share of a cluster's capacity.
 *
 * @param parent the pool above; the cluster for its root pool
 */
public record ResourcePool(MoRef id, String name, MoRef parent, PoolLimits limits) {
    public ResourcePool {
        id.require(MoRef.Kind.RESOURCE_POOL);
    }
}
