package io.kantoku.controllers.namespaces;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What follows from one sweep through a namespace that is being deleted.
 *
 * @param status the namespace with its new status
 * @param release whether the namespace is empty and may go
 */
public record NamespacePlan(KubeObject status, boolean release) {
    /**
     * What the sweep found.
     *
     * @param remaining how many objects are left, by {@code plural.group}
     * @param finalizers how many objects wait for each finalizer
     * @param failures collections that could not be emptied, with the reason
     */
    public record Found(
            SortedMap<String, Integer> remaining, SortedMap<String, Integer> finalizers, List<String> failures) {
        public Found {
            remaining = new TreeMap<>(remaining);
            finalizers = new TreeMap<>(finalizers);
            failures = List.copyOf(failures);
        }
    }

    /** The conditions are those of upstream's namespace controller, so that what reads them there reads them here. */
    public static NamespacePlan plan(KubeObject namespace, Found found, Instant now) {
        KubeObject next = namespace.copy();
        next.status().put("phase", "Terminating");
        set(
                next,
                Condition.isFalse(
                        "NamespaceDeletionDiscoveryFailure",
                        "ResourcesDiscovered",
                        "All resources successfully discovered"),
                now);
        set(
                next,
                Condition.isFalse(
                        "NamespaceDeletionGroupVersionParsingFailure",
                        "ParsedGroupVersions",
                        "All legacy kube types successfully parsed"),
                now);
        set(
                next,
                found.failures().isEmpty()
                        ? Condition.isFalse(
                                "NamespaceDeletionContentFailure",
                                "ContentDeleted",
                                "All content successfully deleted, may be waiting on finalization")
                        : Condition.isTrue(
                                "NamespaceDeletionContentFailure",
                                "ContentDeletionFailed",
                                "Failed to delete all resource types, "
                                        + found.failures().size() + " remaining: "
                                        + String.join(", ", found.failures())),
                now);
        set(
                next,
                found.remaining().isEmpty()
                        ? Condition.isFalse(
                                "NamespaceContentRemaining", "ContentRemoved", "All content successfully removed")
                        : Condition.isTrue(
                                "NamespaceContentRemaining",
                                "SomeResourcesRemain",
                                "Some resources are remaining: "
                                        + each(found.remaining(), " has %d resource instances")),
                now);
        set(
                next,
                found.finalizers().isEmpty()
                        ? Condition.isFalse(
                                "NamespaceFinalizersRemaining",
                                "ContentHasNoFinalizers",
                                "All content-preserving finalizers finished")
                        : Condition.isTrue(
                                "NamespaceFinalizersRemaining",
                                "SomeFinalizersRemain",
                                "Some content in the namespace has finalizers remaining: "
                                        + each(found.finalizers(), " in %d resource instances")),
                now);
        return new NamespacePlan(
                next, found.remaining().isEmpty() && found.failures().isEmpty());
    }

    private static void set(KubeObject namespace, Condition condition, Instant now) {
        Conditions.set(namespace, condition, now);
    }

    private static String each(Map<String, Integer> counts, String form) {
        List<String> parts = new ArrayList<>();
        counts.forEach((name, count) -> parts.add(name + form.formatted(count)));
        return String.join(", ", parts);
    }
}
