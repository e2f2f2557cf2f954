package io.kantoku.apiserver.registry;

/**
 * How a collection is to be listed.
 *
 * @param limit at most so many objects; 0 for all
 * @param continueToken the token of the page before; {@code ""} for the first page
 * @param resourceVersion {@code ""}, {@code "0"} or a version
 * @param match {@code ""}, {@code Exact} or {@code NotOlderThan}
 */
public record ListRequest(Selection selection, int limit, String continueToken, String resourceVersion, String match) {
    /** All of a selection as it is now. */
    public static ListRequest latest(Selection selection) {
        return new ListRequest(selection, 0, "", "", "");
    }
}
