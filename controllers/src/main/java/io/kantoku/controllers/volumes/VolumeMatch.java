package io.kantoku.controllers.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.Quantity;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Which volume a claim gets: the smallest that is free and has all that is asked for. Pure. */
public final class VolumeMatch {
    private VolumeMatch() {}

    /** @param reachable whether a volume can be used where the claim is needed */
    static Optional<KubeObject> choose(KubeObject claim, List<KubeObject> volumes, Predicate<KubeObject> reachable) {
        Optional<KubeObject> reserved =
                volumes.stream().filter(volume -> isFor(volume, claim)).findFirst();
        if (reserved.isPresent()) {
            return reserved;
        }
        return free(claim, volumes).stream().filter(reachable).findFirst();
    }

    /** The volumes that the claim may have, the best first: one that is reserved for it, or free ones, the smallest first. */
    public static List<KubeObject> free(KubeObject claim, List<KubeObject> volumes) {
        List<KubeObject> reserved =
                volumes.stream().filter(volume -> isFor(volume, claim)).toList();
        return !reserved.isEmpty()
                ? reserved
                : volumes.stream()
                        .filter(volume -> volume.at("spec", "claimRef").isMissingNode() && !volume.deleting())
                        .filter(volume -> fits(volume, claim))
                        .sorted(Comparator.comparing(VolumeMatch::capacity).thenComparing(KubeObject::name))
                        .toList();
    }

    /** Whether a volume is reserved for a claim, by its name and, where it is there, its uid. */
    static boolean isFor(KubeObject volume, KubeObject claim) {
        JsonNode reference = volume.at("spec", "claimRef");
        String uid = reference.path("uid").asText("");
        return reference.path("namespace").asText().equals(claim.namespace())
                && reference.path("name").asText().equals(claim.name())
                && (uid.isEmpty() || uid.equals(claim.uid()));
    }

    static boolean fits(KubeObject volume, KubeObject claim) {
        JsonNode selector = claim.at("spec", "selector");
        return volume.text("spec", "storageClassName").equals(claim.text("spec", "storageClassName"))
                && mode(volume).equals(mode(claim))
                && modes(volume).containsAll(modes(claim))
                && capacity(volume).compareTo(Quantity.parse(requested(claim))) >= 0
                && (selector.isMissingNode() || LabelSelector.fromJson(selector).matches(volume.labels()));
    }

    private static String requested(KubeObject claim) {
        String storage = claim.text("spec", "resources", "requests", "storage");
        return storage.isEmpty() ? "0" : storage;
    }

    private static Quantity capacity(KubeObject volume) {
        String storage = volume.text("spec", "capacity", "storage");
        return Quantity.parse(storage.isEmpty() ? "0" : storage);
    }

    private static String mode(KubeObject object) {
        String mode = object.text("spec", "volumeMode");
        return mode.isEmpty() ? "Filesystem" : mode;
    }

    private static Set<String> modes(KubeObject object) {
        Set<String> modes = new HashSet<>();
        object.at("spec", "accessModes").forEach(mode -> modes.add(mode.asText()));
        return modes;
    }
}
