package io.kantoku.apiserver.registry;

/**
 * How an object is to be deleted.
 *
 * @param gracePeriodSeconds -1 for the kind's own
 * @param uid only the object with this uid; {@code ""} for any
 * @param resourceVersion only that version; {@code ""} for any
 * @param propagation what becomes of dependents
 */
public record Deletion(
        long gracePeriodSeconds, String uid, String resourceVersion, Propagation propagation, boolean dryRun) {
    /** The values of {@code propagationPolicy}. */
    public enum Propagation {
        /** Not given: finalizers stay as they are. */
        UNSET,
        BACKGROUND,
        FOREGROUND,
        ORPHAN
    }

    public static Deletion ordinary() {
        return new Deletion(-1, "", "", Propagation.UNSET, false);
    }

    /** The same for the version that was looked at. */
    public Deletion ofUid(String wanted) {
        return new Deletion(gracePeriodSeconds, wanted, resourceVersion, propagation, dryRun);
    }
}
