package io.kantoku.apiserver.cel;

import static io.kantoku.apiserver.cel.Kinds.FLAG;
import static io.kantoku.apiserver.cel.Kinds.SEMVER;
import static io.kantoku.apiserver.cel.Kinds.TEXT;
import static io.kantoku.apiserver.cel.Kinds.VERSION;

import dev.cel.common.types.SimpleType;
import java.util.List;

/** {@code semver, isSemver} and comparisons (Kubernetes' CEL semver library). */
final class SemverFunctions {
    private SemverFunctions() {}

    static void addTo(Functions functions) {
        functions
                .global(
                        "semver",
                        "string_to_semver",
                        SEMVER,
                        List.of(TEXT),
                        args -> SemanticVersion.parse((String) args[0]))
                .global(
                        "semver",
                        "string_bool_to_semver",
                        SEMVER,
                        List.of(TEXT, FLAG),
                        args -> SemanticVersion.parse(text(args)))
                .global("isSemver", "is_semver_string", SimpleType.BOOL, List.of(TEXT), args -> valid((String) args[0]))
                .global(
                        "isSemver",
                        "is_semver_string_bool",
                        SimpleType.BOOL,
                        List.of(TEXT, FLAG),
                        args -> valid(text(args)))
                .member(
                        "major",
                        "semver_major",
                        SimpleType.INT,
                        List.of(VERSION),
                        args -> version(args, 0).major().longValueExact())
                .member(
                        "minor",
                        "semver_minor",
                        SimpleType.INT,
                        List.of(VERSION),
                        args -> version(args, 0).minor().longValueExact())
                .member(
                        "patch",
                        "semver_patch",
                        SimpleType.INT,
                        List.of(VERSION),
                        args -> version(args, 0).patch().longValueExact())
                .member(
                        "isLessThan",
                        "semver_is_less_than",
                        SimpleType.BOOL,
                        List.of(VERSION, VERSION),
                        args -> compare(args) < 0)
                .member(
                        "isGreaterThan",
                        "semver_is_greater_than",
                        SimpleType.BOOL,
                        List.of(VERSION, VERSION),
                        args -> compare(args) > 0)
                .member("compareTo", "semver_compare_to", SimpleType.INT, List.of(VERSION, VERSION), args ->
                        (long) Integer.signum(compare(args)));
    }

    private static String text(Object[] args) {
        return (Boolean) args[1] ? SemanticVersion.normalized((String) args[0]) : (String) args[0];
    }

    private static boolean valid(String text) {
        try {
            SemanticVersion.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int compare(Object[] args) {
        return version(args, 0).compareTo(version(args, 1));
    }

    private static SemanticVersion version(Object[] args, int index) {
        return (SemanticVersion) args[index];
    }
}
