package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Names;
import io.kantoku.apiserver.registry.Strategy;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Rules of claims, volumes and classes. */
final class StorageRules {
    static final Rules CLAIMS = Rules.of()
            .defaults(StorageRules::claimDefaults)
            .onCreate(claim -> claim.putObject("status").put("phase", "Pending"))
            .check(StorageRules::checkClaim)
            .checkUpdate(StorageRules::checkClaimUpdate);

    static final Rules VOLUMES = Rules.of()
            .defaults(StorageRules::volumeDefaults)
            .onCreate(volume -> volume.putObject("status").put("phase", "Pending"))
            .check(StorageRules::checkVolume)
            .checkUpdate(StorageRules::checkVolumeUpdate);

    static final Rules CLASSES = Rules.of()
            .defaults(storageClass -> {
                Tree.defaultText(storageClass, "reclaimPolicy", "Delete");
                Tree.defaultText(storageClass, "volumeBindingMode", "Immediate");
            })
            .check(StorageRules::checkClass)
            .checkUpdate((storageClass, old, problems) -> {
                for (String member : List.of("parameters", "provisioner")) {
                    if (!Tree.same(storageClass.path(member), old.path(member))) {
                        problems.forbidden(FieldPath.of(member), "updates to " + member + " are forbidden.");
                    }
                }
                if (!Tree.same(storageClass.path("reclaimPolicy"), old.path("reclaimPolicy"))) {
                    problems.forbidden(FieldPath.of("reclaimPolicy"), "updates to reclaimPolicy are forbidden.");
                }
                problems.immutable(storageClass, old, FieldPath.ROOT, "volumeBindingMode");
            });

    static final Rules CSI_DRIVERS = Rules.of().defaults(driver -> {
        ObjectNode spec = Tree.object(driver, "spec");
        Tree.defaultFlag(spec, "attachRequired", true);
        Tree.defaultFlag(spec, "podInfoOnMount", false);
        Tree.defaultFlag(spec, "storageCapacity", false);
        Tree.defaultText(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
        Tree.defaultFlag(spec, "requiresRepublish", false);
        Tree.defaultFlag(spec, "seLinuxMount", false);
        if (Tree.at(spec, "volumeLifecycleModes").isEmpty()) {
            spec.putArray("volumeLifecycleModes").add("Persistent");
        }
    });

    static final Rules ATTACHMENTS = Rules.of()
            .fixedByStatus(Strategy.CLIENT_METADATA)
            .onlyConditionalUpdates()
            .check((attachment, problems) -> {
                ObjectNode spec = Tree.object(attachment, "spec");
                problems.requiredText(spec, FieldPath.of("spec"), "attacher");
                problems.requiredText(spec, FieldPath.of("spec"), "nodeName");
            })
            .checkUpdate((attachment, old, problems) -> problems.immutable(attachment, old, FieldPath.ROOT, "spec"));

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> ACCESS_MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
    private static final List<String> VOLUME_MODES = List.of("Block", "Filesystem");
    private static final Set<String> NOT_SOURCES = Set.of(
            "accessModes",
            "capacity",
            "claimRef",
            "mountOptions",
            "nodeAffinity",
            "persistentVolumeReclaimPolicy",
            "storageClassName",
            "volumeAttributesClassName",
            "volumeMode");

    private StorageRules() {}

    static void claimDefaults(ObjectNode claim) {
        Tree.defaultText(Tree.object(claim, "spec"), "volumeMode", "Filesystem");
    }

    private static void checkClaim(ObjectNode claim, Problems problems) {
        ObjectNode spec = Tree.object(claim, "spec");
        accessModes(spec, "at least 1 access mode is required", problems);
        problems.selector(SPEC.child("selector"), spec.path("selector"));
        JsonNode storage = Tree.at(spec, "resources", "requests", "storage");
        FieldPath resources = SPEC.child("resources");
        if (Tree.absent(storage)) {
            problems.required(resources.key("storage"));
        } else {
            problems.quantity(resources.child("requests").key("storage"), storage)
                    .filter(quantity -> quantity.value().signum() <= 0)
                    .ifPresent(quantity -> problems.invalid(
                            resources.key("storage"), quantity.toString(), "must be greater than zero"));
        }
        className(spec, problems);
        problems.oneOf(spec, SPEC, "volumeMode", VOLUME_MODES);
    }

    private static void checkClaimUpdate(ObjectNode claim, ObjectNode old, Problems problems) {
        ObjectNode now = Tree.object(claim, "spec").deepCopy();
        ObjectNode before = Tree.object(old, "spec").deepCopy();
        // The binder names the volume of a claim that has none.
        if (Tree.text(before, "volumeName").isEmpty()) {
            now.remove("volumeName");
            before.remove("volumeName");
        }
        now.remove("volumeAttributesClassName");
        before.remove("volumeAttributesClassName");
        JsonNode wanted = Tree.at(now, "resources", "requests", "storage").deepCopy();
        JsonNode had = Tree.at(before, "resources", "requests", "storage").deepCopy();
        if (Tree.text(old, "status", "phase").equals("Bound") && !Tree.absent(wanted) && !Tree.absent(had)) {
            Tree.object(Tree.object(now, "resources"), "requests").remove("storage");
            Tree.object(Tree.object(before, "resources"), "requests").remove("storage");
            notSmaller(wanted, had, problems);
        }
        if (!Json.equal(now, before)) {
            problems.forbidden(
                    SPEC,
                    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound"
                            + " claims");
        }
    }

    private static void notSmaller(JsonNode wanted, JsonNode had, Problems problems) {
        FieldPath path = SPEC.child("resources").child("requests").child("storage");
        problems.quantity(path, wanted)
                .filter(quantity -> problems.quantity(path, had)
                        .filter(previous -> quantity.compareTo(previous) < 0)
                        .isPresent())
                .ifPresent(quantity -> problems.forbidden(path, "field can not be less than status.capacity"));
    }

    private static void volumeDefaults(ObjectNode volume) {
        ObjectNode spec = Tree.object(volume, "spec");
        Tree.defaultText(spec, "persistentVolumeReclaimPolicy", "Retain");
        Tree.defaultText(spec, "volumeMode", "Filesystem");
        if (spec.get("hostPath") instanceof ObjectNode hostPath && !Tree.has(hostPath, "type")) {
            hostPath.put("type", "");
        }
    }

    private static void checkVolume(ObjectNode volume, Problems problems) {
        ObjectNode spec = Tree.object(volume, "spec");
        accessModes(spec, "", problems);
        if (Tree.at(spec, "capacity").isEmpty()) {
            problems.required(SPEC.child("capacity"));
        } else if (!Tree.has(spec, "capacity", "storage")) {
            problems.add(FieldError.notSupported(SPEC.child("capacity"), spec.path("capacity"), List.of("storage")));
        }
        ResourceChecks.quantities(spec.path("capacity"), SPEC.child("capacity"), problems);
        long sources = sources(spec).size();
        if (sources == 0) {
            problems.required(SPEC, "must specify a volume type");
        } else if (sources > 1) {
            problems.forbidden(SPEC.child(sources(spec).get(1)), "may not specify more than 1 volume type");
        }
        problems.oneOf(spec, SPEC, "persistentVolumeReclaimPolicy", List.of("Delete", "Recycle", "Retain"));
        problems.oneOf(spec, SPEC, "volumeMode", VOLUME_MODES);
        className(spec, problems);
    }

    private static List<String> sources(ObjectNode spec) {
        return spec.properties().stream()
                .filter(entry -> !Tree.absent(entry.getValue()) && !NOT_SOURCES.contains(entry.getKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void checkVolumeUpdate(ObjectNode volume, ObjectNode old, Problems problems) {
        ObjectNode now = Tree.object(volume, "spec").deepCopy();
        ObjectNode before = Tree.object(old, "spec").deepCopy();
        now.remove(NOT_SOURCES);
        before.remove(NOT_SOURCES);
        if (!Json.equal(now, before)) {
            problems.forbidden(
                    SPEC.child("persistentvolumesource"), "spec.persistentvolumesource is immutable after creation");
        }
        problems.immutable(Tree.object(volume, "spec"), Tree.object(old, "spec"), SPEC, "volumeMode");
    }

    private static void accessModes(ObjectNode spec, String detail, Problems problems) {
        FieldPath path = SPEC.child("accessModes");
        List<String> modes = Tree.texts(spec, "accessModes");
        if (modes.isEmpty()) {
            problems.required(path, detail);
        }
        for (String mode : modes) {
            if (!ACCESS_MODES.contains(mode)) {
                problems.add(FieldError.notSupported(path, mode, ACCESS_MODES));
            }
        }
        if (modes.contains("ReadWriteOncePod") && modes.size() > 1) {
            problems.forbidden(path, "may not use ReadWriteOncePod with other access modes");
        }
    }

    private static void className(ObjectNode spec, Problems problems) {
        String name = Tree.text(spec, "storageClassName");
        if (!name.isEmpty()) {
            problems.form(SPEC.child("storageClassName"), name, Names::dns1123Subdomain);
        }
    }

    private static void checkClass(ObjectNode storageClass, Problems problems) {
        String provisioner = Tree.text(storageClass, "provisioner");
        if (provisioner.isEmpty()) {
            problems.required(FieldPath.of("provisioner"));
        } else {
            problems.form(FieldPath.of("provisioner"), provisioner.toLowerCase(Locale.ROOT), Names::qualifiedName);
        }
        problems.oneOf(storageClass, FieldPath.ROOT, "reclaimPolicy", List.of("Delete", "Retain"));
        problems.oneOf(storageClass, FieldPath.ROOT, "volumeBindingMode", List.of("Immediate", "WaitForFirstConsumer"));
    }
}
