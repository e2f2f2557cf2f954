package io.kantoku.store;

import java.time.Duration;

/**
 * How much of the past stays readable, for lists at an older revision and for watches that resume.
 *
 * @param revisions at least so many of the newest revisions, within the bounds below
 * @param age at least the revisions of so long, within the bounds below
 * @param maxRevisions never more revisions than these
 * @param maxBytes never more keys and values of past changes than these, about; it goes before all others
 */
public record Retention(int revisions, Duration age, int maxRevisions, long maxBytes) {
    private static final Retention DEFAULTS = new Retention(10_000, Duration.ofMinutes(5), 100_000, 128L << 20);

    public Retention {
        if (revisions < 0 || maxRevisions < revisions || maxRevisions < 1 || maxRevisions > 1 << 24) {
            throw new IllegalArgumentException(
                    "a retention needs 0 <= revisions <= maxRevisions, and from 1 to 2^24 of these: " + revisions + ", "
                            + maxRevisions);
        }
        if (age.isNegative() || maxBytes < 1 || maxBytes > 1L << 40) {
            throw new IllegalArgumentException(
                    "a retention needs an age of at least 0 and 1 to 2^40 bytes: " + age + ", " + maxBytes);
        }
    }

    /** 10 000 revisions or 5 minutes, whichever is more, but at most 100 000 revisions and 128 MiB. */
    public static Retention defaults() {
        return DEFAULTS;
    }

    /**
     * The oldest revision to keep as far as counts and ages go.
     *
     * @param newest the store's revision
     * @param aged the newest revision that is known to be older than {@link #age}; 0 for none
     */
    long floor(long newest, long aged) {
        return Math.max(Math.min(newest - revisions, aged), newest - maxRevisions);
    }
}
