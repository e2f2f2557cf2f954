package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apiserver.registry.TablePrinter;
import io.kantoku.apiserver.registry.TablePrinter.Column;

/** Tables of volumes, claims and classes. */
final class StorageTables {
    private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

    static final TablePrinter VOLUMES = Table.named()
            .text("Capacity", "The size.", o -> quantity(o, "spec", "capacity", "storage"))
            .text("Access Modes", "How it can be mounted.", o -> Texts.accessModes(Tree.at(o, "spec", "accessModes")))
            .text(
                    "Reclaim Policy",
                    "What becomes of it after its claim.",
                    o -> Tree.text(o, "spec", "persistentVolumeReclaimPolicy"))
            .text("Status", "The phase.", StorageTables::phase)
            .text(
                    "Claim",
                    "The claim it is bound to.",
                    o -> Tree.has(o, "spec", "claimRef")
                            ? Tree.text(o, "spec", "claimRef", "namespace") + "/"
                                    + Tree.text(o, "spec", "claimRef", "name")
                            : "")
            .text("StorageClass", "The storage class.", StorageTables::storageClass)
            .text("VolumeAttributesClass", "The attributes class.", StorageTables::attributesClass)
            .since(29)
            .text("Reason", "Why it is in this phase.", o -> Tree.text(o, "status", "reason"))
            .age()
            .wide("VolumeMode", "Filesystem or Block.", StorageTables::mode)
            .build();

    static final TablePrinter CLAIMS = Table.named()
            .text("Status", "The phase.", StorageTables::phase)
            .text("Volume", "The volume it is bound to.", o -> Tree.text(o, "spec", "volumeName"))
            .text("Capacity", "The volume's size.", o -> bound(o) ? quantity(o, "status", "capacity", "storage") : "")
            .text(
                    "Access Modes",
                    "How it can be mounted.",
                    o -> bound(o) ? Texts.accessModes(Tree.at(o, "status", "accessModes")) : "")
            .text("StorageClass", "The storage class.", StorageTables::storageClass)
            .text("VolumeAttributesClass", "The attributes class.", StorageTables::attributesClass)
            .since(29)
            .age()
            .wide("VolumeMode", "Filesystem or Block.", StorageTables::mode)
            .build();

    static final TablePrinter CLASSES = Table.unnamed()
            .column(Table.NAME, (o, now) -> Tree.text(o, "metadata", "name") + (isDefault(o) ? " (default)" : ""))
            .text("Provisioner", "Who makes volumes.", o -> Tree.text(o, "provisioner"))
            .text("ReclaimPolicy", "What becomes of a volume after its claim.", o -> or(o, "reclaimPolicy", "Delete"))
            .text("VolumeBindingMode", "When volumes are made.", o -> or(o, "volumeBindingMode", "Immediate"))
            .flag("AllowVolumeExpansion", "Whether claims may grow.", "allowVolumeExpansion")
            .age()
            .build();

    static final TablePrinter ATTACHMENTS = Table.named()
            .text("Attacher", "The driver that attaches.", o -> Tree.text(o, "spec", "attacher"))
            .text("PV", "The volume.", o -> Tree.text(o, "spec", "source", "persistentVolumeName"))
            .text("Node", "The node.", o -> Tree.text(o, "spec", "nodeName"))
            .flag("Attached", "Whether it is attached.", "status", "attached")
            .age()
            .build();

    static final TablePrinter CSI_NODES = Table.named()
            .count("Drivers", "How many drivers the node has.", "spec", "drivers")
            .age()
            .build();

    static final TablePrinter ATTRIBUTES_CLASSES = Table.named()
            .text("DriverName", "The driver of the volumes.", o -> Tree.text(o, "driverName"))
            .age()
            .build();

    static final TablePrinter CSI_DRIVERS = Table.named()
            .column(
                    new Column("AttachRequired", "boolean", "", "Whether volumes are attached to nodes.", 0),
                    (o, now) -> !Tree.has(o, "spec", "attachRequired") || Tree.flag(o, "spec", "attachRequired"))
            .flag("PodInfoOnMount", "Whether the driver is told of the pod.", "spec", "podInfoOnMount")
            .flag("StorageCapacity", "Whether it reports capacity.", "spec", "storageCapacity")
            .since(21)
            .text(
                    "TokenRequests",
                    "The audiences of the tokens it wants.",
                    o -> Texts.orUnset(String.join(
                            ",",
                            Tree.objects(o, "spec", "tokenRequests").stream()
                                    .map(token -> Tree.text(token, "audience"))
                                    .toList())))
            .since(21)
            .flag("RequiresRepublish", "Whether volumes are published again and again.", "spec", "requiresRepublish")
            .since(21)
            .text(
                    "Modes",
                    "The life cycles it knows.",
                    o -> Texts.orNone(String.join(",", Tree.texts(o, "spec", "volumeLifecycleModes"))))
            .age()
            .build();

    static final TablePrinter CAPACITIES = Table.named()
            .text("StorageClassName", "The storage class.", o -> Tree.text(o, "storageClassName"))
            .text("Capacity", "How much is free.", o -> quantity(o, "capacity"))
            .build();

    private StorageTables() {}

    private static String phase(ObjectNode object) {
        return Tree.has(object, "metadata", "deletionTimestamp") ? "Terminating" : Tree.text(object, "status", "phase");
    }

    private static boolean bound(ObjectNode claim) {
        return !Tree.text(claim, "spec", "volumeName").isEmpty();
    }

    private static String quantity(ObjectNode object, String... path) {
        String text = Tree.text(object, path);
        return text.isEmpty() ? "0" : text;
    }

    private static String storageClass(ObjectNode object) {
        String annotated = Tree.text(object, "metadata", "annotations", CLASS_ANNOTATION);
        return annotated.isEmpty() ? Tree.text(object, "spec", "storageClassName") : annotated;
    }

    private static String attributesClass(ObjectNode object) {
        return Texts.orUnset(Tree.text(object, "spec", "volumeAttributesClassName"));
    }

    private static String mode(ObjectNode object) {
        return Texts.orUnset(Tree.text(object, "spec", "volumeMode"));
    }

    private static String or(ObjectNode object, String member, String otherwise) {
        String text = Tree.text(object, member);
        return text.isEmpty() ? otherwise : text;
    }

    private static boolean isDefault(ObjectNode storageClass) {
        return Tree.text(storageClass, "metadata", "annotations", "storageclass.kubernetes.io/is-default-class")
                        .equals("true")
                || Tree.text(
                                storageClass,
                                "metadata",
                                "annotations",
                                "storageclass.beta.kubernetes.io/is-default-class")
                        .equals("true");
    }
}
