package io.kantoku.vsphere;

/**
 * A cluster of hosts that machines are placed on.
 *
 * @param resourcePool the root of its resource pools
 * @param haEnabled whether machines are restarted elsewhere when their host fails
 * @param drsEnabled whether placement is fully automatic
 */
public record ComputeCluster(
        MoRef id, String name, MoRef datacenter, MoRef resourcePool, boolean haEnabled, boolean drsEnabled) {
    public ComputeCluster {
        id.require(MoRef.Kind.CLUSTER);
        datacenter.require(MoRef.Kind.DATACENTER);
        resourcePool.require(MoRef.Kind.RESOURCE_POOL);
    }
}
