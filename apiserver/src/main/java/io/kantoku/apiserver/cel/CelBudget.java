package io.kantoku.apiserver.cel;

/**
 * What evaluations of one request may cost, in the units of cel-go's cost model: about one per step, one per ten characters read.
 * Used by one thread.
 */
public final class CelBudget {
    /** What one expression may cost (upstream's {@code PerCallLimit}). */
    public static final long PER_EXPRESSION = 1_000_000;

    /** What all rules of one object, or all expressions of one policy, may cost together (upstream's {@code RuntimeCELCostBudget}). */
    public static final long PER_REQUEST = 10_000_000;

    /** What all match conditions of one webhook may cost together (a quarter of the request's). */
    public static final long MATCH_CONDITIONS = PER_REQUEST / 4;

    private long left;

    public CelBudget(long units) {
        this.left = units;
    }

    /** Takes units away; whether there were enough. */
    boolean spend(long units) {
        left -= units;
        return left >= 0;
    }
}
