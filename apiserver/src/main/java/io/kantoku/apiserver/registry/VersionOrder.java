package io.kantoku.apiserver.registry;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Orders API versions as upstream does: {@code v2, v1, v2beta1, v1beta2, v1alpha1}, then other names alphabetically. */
public final class VersionOrder {
    private static final Pattern KUBERNETES = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

    /** The most stable and newest version first. */
    public static final Comparator<String> NEWEST_FIRST = Comparator.comparing(
                    VersionOrder::rank,
                    Comparator.comparingInt(Rank::stability)
                            .thenComparingInt(Rank::major)
                            .thenComparingInt(Rank::minor)
                            .reversed())
            .thenComparing(Comparator.naturalOrder());

    private record Rank(int stability, int major, int minor) {}

    private VersionOrder() {}

    private static Rank rank(String version) {
        Matcher match = KUBERNETES.matcher(version);
        if (!match.matches()) {
            return new Rank(0, 0, 0);
        }
        int major = Integer.parseInt(match.group(1));
        if (match.group(2) == null) {
            return new Rank(3, major, 0);
        }
        return new Rank(match.group(2).equals("beta") ? 2 : 1, major, Integer.parseInt(match.group(3)));
    }
}
