package io.kantoku.tkg.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Json;
import io.kantoku.vsphere.library.ReleaseVersion;
import io.kantoku.vsphere.net.Cidr;
import io.kantoku.vsphere.net.IpRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds everything that is wrong with a TanzuKubernetesCluster, each with its field and the values that would do. Pure. */
final class TkcValidation {
    private static final int LONGEST_NAME = 41;
    private static final int MOST_WORKERS = 150;
    private static final List<String> CNIS = List.of("antrea", "calico");
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath DISTRIBUTION = FieldPath.of("spec", "distribution");
    private static final FieldPath NETWORK = FieldPath.of("spec", "settings", "network");
    private static final FieldPath STORAGE = FieldPath.of("spec", "settings", "storage");

    private final Surroundings surroundings;
    private final List<FieldError> errors = new ArrayList<>();

    /**
     * What clusters of a namespace can be made of.
     *
     * @param storageClasses those assigned to the namespace
     * @param taken ranges of addresses that a cluster's own must not overlap, by what they are
     */
    record Surroundings(
            Collection<String> vmClasses,
            Collection<String> storageClasses,
            Collection<ReleaseVersion> releases,
            Map<String, IpRange> taken) {
        Surroundings {
            vmClasses = new TreeSet<>(vmClasses);
            storageClasses = new TreeSet<>(storageClasses);
            releases = releases.stream().sorted().toList();
            taken = new LinkedHashMap<>(taken);
        }
    }

    private TkcValidation(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** @param old the present object, null on create */
    static List<FieldError> validate(ObjectNode object, @Nullable ObjectNode old, Surroundings surroundings) {
        TkcValidation validation = new TkcValidation(surroundings);
        JsonNode spec = object.path("spec");
        JsonNode before = old == null ? spec.path("none") : old.path("spec");
        if (old == null) {
            validation.name(object.path("metadata").path("name").asText(""));
        }
        validation.distribution(
                spec.path("distribution"),
                before.path("distribution"),
                old == null ? "" : old.path("status").path("version").asText(""));
        validation.topology(spec.path("topology"), before.path("topology"));
        validation.network(
                spec.path("settings").path("network"), before.path("settings").path("network"), old != null);
        validation.storage(
                spec.path("settings").path("storage"), before.path("settings").path("storage"));
        return validation.errors;
    }

    private void name(String name) {
        if (name.length() > LONGEST_NAME) {
            errors.add(FieldError.invalid(
                    FieldPath.of("metadata", "name"),
                    name,
                    "must be no more than " + LONGEST_NAME
                            + " characters, since names of machines and Services are made from it"));
        } else if (name.indexOf('.') >= 0) {
            errors.add(FieldError.invalid(
                    FieldPath.of("metadata", "name"), name, "must not have dots, since it becomes part of host names"));
        }
    }

    /** @param running the version that all machines have reached, {@code ""} while there is none */
    private void distribution(JsonNode distribution, JsonNode before, String running) {
        String hint = distribution.path("version").asText("");
        String full = distribution.path("fullVersion").asText("");
        FieldPath version = DISTRIBUTION.child("version");
        FieldPath fullVersion = DISTRIBUTION.child("fullVersion");
        if (hint.isEmpty() && full.isEmpty()) {
            errors.add(FieldError.required(
                    version, "name a release by its beginning, such as v1.18; releases are " + releases()));
            return;
        }
        if (full.isEmpty()) {
            errors.add(FieldError.invalid(
                    version, hint, "no release begins with it in whole components; releases are " + releases()));
            return;
        }
        Optional<ReleaseVersion> release = surroundings.releases().stream()
                .filter(candidate -> candidate.toString().equals(full))
                .findFirst();
        boolean unchanged = full.equals(before.path("fullVersion").asText(""));
        if (release.isEmpty() && !unchanged) {
            errors.add(FieldError.notSupported(
                    fullVersion,
                    full,
                    surroundings.releases().stream()
                            .map(ReleaseVersion::toString)
                            .toList()));
            return;
        }
        ReleaseVersion wanted;
        try {
            wanted = ReleaseVersion.parse(full);
        } catch (IllegalArgumentException e) {
            errors.add(FieldError.invalid(fullVersion, full, String.valueOf(e.getMessage())));
            return;
        }
        if (!hint.isEmpty() && !wanted.matches(hint)) {
            errors.add(FieldError.invalid(
                    version,
                    hint,
                    "is not the beginning of spec.distribution.fullVersion " + full
                            + "; to take the newest release of the hint set fullVersion to null"));
        }
        upgrade(fullVersion, wanted, before.path("fullVersion").asText(""), running);
    }

    private void upgrade(FieldPath field, ReleaseVersion wanted, String before, String running) {
        Optional<ReleaseVersion> present = version(before);
        if (present.isEmpty()) {
            return; // what is there was never validated; anything that is a version is better
        }
        ReleaseVersion from = version(running).orElse(present.get());
        if (wanted.compareTo(present.get()) < 0) {
            errors.add(FieldError.invalid(
                    field,
                    wanted.toString(),
                    "a cluster cannot go back from " + present.get() + " to an older release; "
                            + next(from, present.get())));
        } else if (wanted.major() != from.major() || wanted.minor() > from.minor() + 1) {
            boolean underWay = from.minor() != present.get().minor();
            errors.add(FieldError.invalid(
                    field,
                    wanted.toString(),
                    (underWay
                                    ? "the cluster is on its way from " + from + " to " + present.get()
                                            + "; go on when status.version is there, since a cluster"
                                    : "a cluster")
                            + " can go one minor version further at a time; " + next(from, present.get())));
        }
    }

    /** Names the releases that a cluster can be given now. */
    private String next(ReleaseVersion from, ReleaseVersion present) {
        List<String> names = surroundings.releases().stream()
                .filter(release -> release.compareTo(present) > 0)
                .filter(release -> release.major() == from.major() && release.minor() <= from.minor() + 1)
                .map(ReleaseVersion::toString)
                .toList();
        return names.isEmpty()
                ? "the content library has no newer release that it can go to"
                : "it can go to " + String.join(", ", names);
    }

    private static Optional<ReleaseVersion> version(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(ReleaseVersion.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private String releases() {
        List<String> names =
                surroundings.releases().stream().map(ReleaseVersion::toString).toList();
        return names.isEmpty() ? "none: the content library has no node images" : String.join(", ", names);
    }

    private void topology(JsonNode topology, JsonNode before) {
        FieldPath masters = SPEC.child("topology").child("controlPlane");
        int count = topology.path("controlPlane").path("count").asInt(0);
        if (count != 1 && count != 3) {
            errors.add(FieldError.notSupported(
                    masters.child("count"), topology.path("controlPlane").path("count"), List.of("1", "3")));
        } else if (count < before.path("controlPlane").path("count").asInt(0)) {
            errors.add(FieldError.invalid(
                    masters.child("count"),
                    topology.path("controlPlane").path("count"),
                    "the control plane cannot be made smaller than its "
                            + before.path("controlPlane").path("count").asInt() + " machines"));
        }
        pool(masters, topology.path("controlPlane"), before.path("controlPlane"));
        FieldPath workers = SPEC.child("topology").child("workers");
        int nodes = topology.path("workers").path("count").asInt(-1);
        if (nodes < 0 || nodes > MOST_WORKERS) {
            errors.add(FieldError.invalid(
                    workers.child("count"),
                    topology.path("workers").path("count"),
                    "must be from 0 to " + MOST_WORKERS));
        }
        pool(workers, topology.path("workers"), before.path("workers"));
    }

    /** What was valid when it was set stays valid: classes can be taken from a namespace while clusters use them. */
    private void pool(FieldPath path, JsonNode pool, JsonNode before) {
        String vmClass = pool.path("class").asText("");
        if (!surroundings.vmClasses().contains(vmClass)
                && !vmClass.equals(before.path("class").asText(""))) {
            errors.add(FieldError.notSupported(path.child("class"), vmClass, surroundings.vmClasses()));
        }
        String storage = pool.path("storageClass").asText("");
        if (!surroundings.storageClasses().contains(storage)
                && !storage.equals(before.path("storageClass").asText(""))) {
            errors.add(notAssigned(path.child("storageClass"), storage));
        }
    }

    private FieldError notAssigned(FieldPath field, String storage) {
        return surroundings.storageClasses().isEmpty()
                ? FieldError.invalid(
                        field,
                        storage,
                        "no storage class is assigned to this namespace; an administrator must assign a storage policy")
                : FieldError.notSupported(field, storage, surroundings.storageClasses());
    }

    private void network(JsonNode network, JsonNode before, boolean update) {
        if (update) {
            for (String field : List.of("cni", "pods", "services", "serviceDomain")) {
                if (!Json.equal(network.path(field), before.path(field))) {
                    errors.add(FieldError.forbidden(
                            NETWORK.child(field), "network settings cannot be changed after the cluster was made"));
                }
            }
            return;
        }
        String cni = network.path("cni").path("name").asText("");
        if (!CNIS.contains(cni)) {
            errors.add(FieldError.notSupported(NETWORK.child("cni").child("name"), cni, CNIS));
        }
        Optional<Cidr> pods = block(network, "pods");
        Optional<Cidr> services = block(network, "services");
        if (pods.isPresent() && services.isPresent() && pods.get().overlaps(services.get())) {
            errors.add(FieldError.invalid(
                    path("services"),
                    services.get().toString(),
                    "must not overlap " + pods.get() + " of " + path("pods")));
        }
    }

    private static FieldPath path(String field) {
        return NETWORK.child(field).child("cidrBlocks").index(0);
    }

    private Optional<Cidr> block(JsonNode network, String field) {
        String text = network.path(field).path("cidrBlocks").path(0).asText("");
        Cidr block;
        try {
            block = Cidr.parseMasked(text);
        } catch (IllegalArgumentException e) {
            errors.add(FieldError.invalid(path(field), text, String.valueOf(e.getMessage())));
            return Optional.empty();
        }
        surroundings.taken().forEach((what, range) -> {
            if (range.overlaps(block)) {
                errors.add(
                        FieldError.invalid(path(field), block.toString(), "must not overlap " + range + ", " + what));
            }
        });
        return Optional.of(block);
    }

    private void storage(JsonNode storage, JsonNode before) {
        List<String> classes = new ArrayList<>();
        storage.path("classes").forEach(name -> classes.add(name.asText()));
        for (int i = 0; i < classes.size(); i++) {
            boolean had = false;
            for (JsonNode name : before.path("classes")) {
                had |= name.asText().equals(classes.get(i));
            }
            if (!had && !surroundings.storageClasses().contains(classes.get(i))) {
                errors.add(notAssigned(STORAGE.child("classes").index(i), classes.get(i)));
            }
        }
        String chosen = storage.path("defaultClass").asText("");
        Collection<String> among = classes.isEmpty() ? surroundings.storageClasses() : classes;
        if (!chosen.isEmpty()
                && !among.contains(chosen)
                && !chosen.equals(before.path("defaultClass").asText(""))) {
            errors.add(FieldError.notSupported(STORAGE.child("defaultClass"), chosen, among));
        }
    }
}
