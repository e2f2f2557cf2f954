package io.kantoku.apiserver.registry;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the names that field selectors use mean: most are the field's path, some are names of their own. */
final class SelectableField {
    /** How fields that are no strings read when an object leaves them out. */
    private static final Map<String, String> ABSENT = Map.of(
            "spec.unschedulable", "false",
            "spec.hostNetwork", "false",
            "status.successful", "0",
            "status.replicas", "0");

    /** The fields behind a name; the first that is not empty counts. */
    private static final Map<String, List<String>> PATHS = Map.ofEntries(
            Map.entry("status.successful", List.of("status.succeeded")),
            Map.entry("source", List.of("source.component", "reportingComponent")),
            Map.entry("reportingController", List.of("reportingComponent")),
            Map.entry("regarding.kind", List.of("involvedObject.kind")),
            Map.entry("regarding.namespace", List.of("involvedObject.namespace")),
            Map.entry("regarding.name", List.of("involvedObject.name")),
            Map.entry("regarding.uid", List.of("involvedObject.uid")),
            Map.entry("regarding.apiVersion", List.of("involvedObject.apiVersion")),
            Map.entry("regarding.resourceVersion", List.of("involvedObject.resourceVersion")),
            Map.entry("regarding.fieldPath", List.of("involvedObject.fieldPath")));

    private SelectableField() {}

    /** The paths that have to be read for these names. */
    static Set<String> paths(Set<String> names) {
        Set<String> paths = new HashSet<>();
        names.forEach(name -> paths.addAll(PATHS.getOrDefault(name, List.of(name))));
        return paths;
    }

    /**
     * The text of a field.
     *
     * @param found what was read at {@link #paths}
     */
    static String text(String name, Map<String, String> found) {
        return PATHS.getOrDefault(name, List.of(name)).stream()
                .map(path -> found.getOrDefault(path, ""))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse(ABSENT.getOrDefault(name, ""));
    }
}
