package io.kantoku.apimachinery;

import java.util.regex.Pattern;

/**
 * Names one logical cluster: the Supervisor or one guest cluster. Part of every storage key, cache key and reconcile request.
 *
 * @param value 1 to 80 characters of {@code [a-z0-9.-]}, beginning with a letter or digit
 */
public record ClusterId(String value) implements Comparable<ClusterId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9.-]{0,79}");

    /** The Supervisor's own API. */
    public static final ClusterId SUPERVISOR = new ClusterId("supervisor");

    public ClusterId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a cluster id: " + value);
        }
    }

    @Override
    public int compareTo(ClusterId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
