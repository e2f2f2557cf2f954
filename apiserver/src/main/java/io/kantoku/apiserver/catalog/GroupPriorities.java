package io.kantoku.apiserver.catalog;

import io.kantoku.apimachinery.GroupVersion;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Where built-in API groups and their versions stand in discovery: upstream's {@code groupPriorityMinimum} and {@code versionPriority},
 * which clients see in APIServices.
 */
final class GroupPriorities {
    /** Until 1.19 an unqualified {@code ingress} was one of {@code extensions}. */
    private static final int EXTENSIONS_STEPPED_BACK = 20;

    private static final String EXTENSIONS = "extensions";

    private static final Map<String, Integer> GROUPS = Map.ofEntries(
            Map.entry("", 18_000),
            Map.entry("apiregistration.k8s.io", 18_000), // first by itself: it has no APIService
            Map.entry("apps", 17_800),
            Map.entry("events.k8s.io", 17_750),
            Map.entry("authentication.k8s.io", 17_700),
            Map.entry("authorization.k8s.io", 17_600),
            Map.entry("autoscaling", 17_500),
            Map.entry("batch", 17_400),
            Map.entry("certificates.k8s.io", 17_300),
            Map.entry("networking.k8s.io", 17_200),
            Map.entry(EXTENSIONS, 17_150),
            Map.entry("policy", 17_100),
            Map.entry("rbac.authorization.k8s.io", 17_000),
            Map.entry("storage.k8s.io", 16_800),
            Map.entry("admissionregistration.k8s.io", 16_700),
            Map.entry("apiextensions.k8s.io", 16_700),
            Map.entry("scheduling.k8s.io", 16_600),
            Map.entry("coordination.k8s.io", 16_500),
            Map.entry("node.k8s.io", 16_300),
            Map.entry("discovery.k8s.io", 16_200),
            Map.entry("resource.k8s.io", 16_200),
            Map.entry("flowcontrol.apiserver.k8s.io", 16_100));

    /** Versions whose place is not that of their name alone. */
    private static final Map<String, Integer> VERSIONS = Map.ofEntries(
            Map.entry("v1", 1),
            Map.entry("extensions/v1beta1", 1),
            Map.entry("events.k8s.io/v1beta1", 5),
            Map.entry("rbac.authorization.k8s.io/v1beta1", 12),
            Map.entry("admissionregistration.k8s.io/v1beta1", 12),
            Map.entry("scheduling.k8s.io/v1beta1", 12),
            Map.entry("discovery.k8s.io/v1beta1", 12),
            Map.entry("resource.k8s.io/v1", 20),
            Map.entry("flowcontrol.apiserver.k8s.io/v1", 21),
            Map.entry("flowcontrol.apiserver.k8s.io/v1beta3", 18),
            Map.entry("flowcontrol.apiserver.k8s.io/v1beta2", 15),
            Map.entry("flowcontrol.apiserver.k8s.io/v1beta1", 12));

    private GroupPriorities() {}

    /** All groups, the most important of a minor first; groups that are as important go by name. */
    static List<String> groups(int minor) {
        return GROUPS.keySet().stream()
                .sorted(Comparator.comparingInt((String group) -> group(group, minor))
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    static int group(String group, int minor) {
        return group.equals(EXTENSIONS) && minor < EXTENSIONS_STEPPED_BACK ? 17_900 : GROUPS.getOrDefault(group, 0);
    }

    static int version(GroupVersion version) {
        return VERSIONS.getOrDefault(
                version.toString(),
                switch (version.version()) {
                    case "v2" -> 30;
                    case "v1" -> 15;
                    case "v2beta2" -> 1;
                    default -> 9;
                });
    }
}
