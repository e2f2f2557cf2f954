package io.kantoku.apiserver.registry;

import java.util.Map;

/** How fields that are no strings read in a field selector when an object leaves them out. */
final class FieldDefaults {
    private static final Map<String, String> ABSENT = Map.of(
            "spec.unschedulable", "false",
            "spec.hostNetwork", "false",
            "status.successful", "0",
            "status.replicas", "0");

    private FieldDefaults() {}

    static String absent(String path) {
        return ABSENT.getOrDefault(path, "");
    }
}
