package io.kantoku.vsphere;

import java.util.List;
import java.util.UUID;

/**
 * A named choice of storage; becomes a storage class in Kubernetes.
 *
 * @param datastores where disks of this policy may lie
 */
public record StoragePolicy(UUID id, String name, String description, List<MoRef> datastores) {
    public StoragePolicy {
        datastores = List.copyOf(datastores);
    }
}
