package io.kantoku.controllers.autoscaling;

/**
 * How far usage may be from its target without consequence, as a share of the target (KEP-4951).
 *
 * @param up above the target
 * @param down below the target
 */
record Tolerance(double up, double down) {
    static final double USUAL = 0.1;

    boolean covers(double ratio) {
        return ratio >= 1 - down && ratio <= 1 + up;
    }
}
