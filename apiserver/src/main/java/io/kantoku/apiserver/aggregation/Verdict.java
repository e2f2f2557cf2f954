package io.kantoku.apiserver.aggregation;

/**
 * What is said of a server.
 *
 * @param reason as upstream names it
 */
record Verdict(boolean available, String reason, String message) {
    static final Verdict PASSED = new Verdict(true, "Passed", "all checks passed");

    static Verdict no(String reason, String message) {
        return new Verdict(false, reason, message);
    }
}
