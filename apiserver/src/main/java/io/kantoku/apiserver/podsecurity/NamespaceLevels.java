package io.kantoku.apiserver.podsecurity;

import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The levels of a namespace.
 *
 * @param enforce refuses pods
 * @param audit would be recorded
 * @param warn warns of pods and of what makes them
 * @param errors labels that cannot be read; what they were to say is the strictest level, except for warnings
 */
record NamespaceLevels(Level enforce, Level audit, Level warn, List<FieldError> errors) {
    private static final String PREFIX = "pod-security.kubernetes.io/";

    static NamespaceLevels of(Map<String, String> labels) {
        List<FieldError> errors = new ArrayList<>();
        Level enforce = level(labels, "enforce", Level.Name.RESTRICTED, errors);
        Level audit = level(labels, "audit", Level.Name.RESTRICTED, errors);
        Level warn = level(labels, "warn", Level.Name.PRIVILEGED, errors);
        boolean ownWarning = labels.containsKey(PREFIX + "warn");
        return new NamespaceLevels(enforce, audit, ownWarning ? warn : Level.PRIVILEGED, errors);
    }

    private static Level level(Map<String, String> labels, String mode, Level.Name otherwise, List<FieldError> errors) {
        String name = labels.getOrDefault(PREFIX + mode, "privileged");
        String version = labels.getOrDefault(PREFIX + mode + "-version", "latest");
        if (Level.Name.parse(name).isEmpty()) {
            errors.add(FieldError.invalid(
                    FieldPath.of("metadata", "labels").key(PREFIX + mode),
                    name,
                    "must be one of privileged, baseline, restricted"));
        }
        if (Level.minor(version).isEmpty()) {
            errors.add(FieldError.invalid(
                    FieldPath.of("metadata", "labels").key(PREFIX + mode + "-version"),
                    version,
                    "must be \"latest\" or \"v1.x\""));
        }
        return new Level(
                Level.Name.parse(name).orElse(otherwise), Level.minor(version).orElse(Level.LATEST));
    }
}
