package io.kantoku.apiserver.catalog;

import static io.kantoku.apiserver.catalog.Declaration.cluster;
import static io.kantoku.apiserver.catalog.Declaration.namespaced;

import java.util.List;

/** The storage.k8s.io group. */
final class StorageKinds {
    private static final String GROUP = "storage.k8s.io";

    private StorageKinds() {}

    static List<Declaration> all() {
        return List.of(
                cluster(GROUP, "CSIDriver", "csidrivers", "v1")
                        .table(StorageTables.CSI_DRIVERS)
                        .rules(StorageRules.CSI_DRIVERS),
                cluster(GROUP, "CSINode", "csinodes", "v1")
                        .table(StorageTables.CSI_NODES)
                        .rules(Rules.of().onlyConditionalUpdates()),
                namespaced(GROUP, "CSIStorageCapacity", "csistoragecapacities", "v1")
                        .table(StorageTables.CAPACITIES),
                cluster(GROUP, "StorageClass", "storageclasses", "v1")
                        .shortNames("sc")
                        .table(StorageTables.CLASSES)
                        .rules(StorageRules.CLASSES),
                cluster(GROUP, "VolumeAttributesClass", "volumeattributesclasses", "v1")
                        .shortNames("vac")
                        .table(StorageTables.ATTRIBUTES_CLASSES),
                cluster(GROUP, "VolumeAttachment", "volumeattachments", "v1")
                        .status()
                        .table(StorageTables.ATTACHMENTS)
                        .rules(StorageRules.ATTACHMENTS));
    }
}
