package io.kantoku.vsphere;

import java.util.UUID;

/**
 * Where a machine belongs.
 *
 * @param storagePolicy decides the datastore of its disk
 * @param antiAffinityGroup machines of one group are spread over hosts as far as there is room; {@code ""} for no group
 */
public record VmPlacement(MoRef folder, MoRef resourcePool, UUID storagePolicy, String antiAffinityGroup) {
    public VmPlacement {
        folder.require(MoRef.Kind.FOLDER);
        resourcePool.require(MoRef.Kind.RESOURCE_POOL);
    }

    public VmPlacement(MoRef folder, MoRef resourcePool, UUID storagePolicy) {
        this(folder, resourcePool, storagePolicy, "");
    }
}
