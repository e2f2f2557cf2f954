package io.kantoku.store;

/**
 * Which entries to read.
 *
 * @param prefix only keys that begin with it
 * @param after only keys greater than it; {@code ""} from the first
 * @param limit at most so many; 0 for all
 * @param revision the state to read; 0 for the newest
 */
public record RangeRequest(String prefix, String after, int limit, long revision) {
    public static RangeRequest all(String prefix) {
        return new RangeRequest(prefix, "", 0, 0);
    }
}
