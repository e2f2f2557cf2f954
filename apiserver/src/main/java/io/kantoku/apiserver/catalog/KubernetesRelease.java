package io.kantoku.apiserver.catalog;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Kubernetes release, as far as it decides what an API serves: its minor.
 *
 * @param minor 18 for Kubernetes 1.18
 * @param gitVersion what {@code /version} says, for example {@code v1.29.14+kantoku.1}
 */
public record KubernetesRelease(int minor, String gitVersion) {
    /** The first and the last minor that the table of the API lifecycle knows. */
    public static final int OLDEST_MINOR = 18;

    public static final int NEWEST_MINOR = 36;

    private static final Pattern VERSION = Pattern.compile("v?1\\.(\\d{1,3})(?:\\.(\\d{1,4})(.*))?");

    /** The patch of each minor that stands for it when none is named: the last one, or the last one when it was taken up here. */
    private static final Map<Integer, Integer> PATCHES = Map.ofEntries(
            Map.entry(18, 20),
            Map.entry(19, 16),
            Map.entry(20, 15),
            Map.entry(21, 14),
            Map.entry(22, 17),
            Map.entry(23, 17),
            Map.entry(24, 17),
            Map.entry(25, 16),
            Map.entry(26, 15),
            Map.entry(27, 16),
            Map.entry(28, 15),
            Map.entry(29, 14),
            Map.entry(30, 14),
            Map.entry(31, 13),
            Map.entry(32, 9),
            Map.entry(33, 5),
            Map.entry(34, 1),
            Map.entry(35, 0),
            Map.entry(36, 0));

    /** The newest one. */
    public static KubernetesRelease newest() {
        return of("1." + NEWEST_MINOR);
    }

    /**
     * The release of a version: {@code 1.29}, {@code v1.29.4} or with build metadata; {@code ""} for the newest.
     *
     * @throws IllegalArgumentException when it is no version from 1.18 to the newest
     */
    public static KubernetesRelease of(String version) {
        if (version.isEmpty()) {
            return newest();
        }
        Matcher match = VERSION.matcher(version);
        int minor = match.matches() ? Integer.parseInt(match.group(1)) : 0;
        if (minor < OLDEST_MINOR || minor > NEWEST_MINOR) {
            throw new IllegalArgumentException("Kubernetes releases from 1." + OLDEST_MINOR + " to 1." + NEWEST_MINOR
                    + " are known, not \"" + version + "\"");
        }
        if (match.group(2) != null) {
            return new KubernetesRelease(minor, version.startsWith("v") ? version : "v" + version);
        }
        return new KubernetesRelease(minor, "v1." + minor + "." + PATCHES.get(minor) + "+kantoku.1");
    }

    /** What an API of this version string serves; a version that is not known is taken for the newest. */
    public static int minorOf(String gitVersion) {
        Matcher match = VERSION.matcher(gitVersion);
        return match.matches()
                ? Math.clamp(Integer.parseInt(match.group(1)), OLDEST_MINOR, NEWEST_MINOR)
                : NEWEST_MINOR;
    }
}
