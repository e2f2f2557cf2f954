package io.kantoku.client;

/**
 * How to delete.
 *
 * @param propagation what becomes of dependents
 * @param uid only the object with this uid; {@code ""} for any
 * @param gracePeriodSeconds how long the object may take to stop; -1 for the kind's default
 */
public record DeleteOptions(Propagation propagation, String uid, long gracePeriodSeconds) {
    /** The values of {@code propagationPolicy}. */
    public enum Propagation {
        BACKGROUND,
        FOREGROUND,
        ORPHAN
    }

    public static DeleteOptions background() {
        return new DeleteOptions(Propagation.BACKGROUND, "", -1);
    }

    public static DeleteOptions foreground() {
        return new DeleteOptions(Propagation.FOREGROUND, "", -1);
    }

    public DeleteOptions ofUid(String wanted) {
        return new DeleteOptions(propagation, wanted, gracePeriodSeconds);
    }
}
