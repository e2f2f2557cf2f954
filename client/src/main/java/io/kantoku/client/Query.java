package io.kantoku.client;

/**
 * Which objects of a collection.
 *
 * @param namespace only there; {@code ""} for all namespaces
 * @param labelSelector in the query-string form, {@code ""} for all
 * @param fieldSelector in the query-string form, {@code ""} for all
 */
public record Query(String namespace, String labelSelector, String fieldSelector) {
    public static Query all() {
        return new Query("", "", "");
    }

    public static Query in(String namespace) {
        return new Query(namespace, "", "");
    }

    public Query labelled(String selector) {
        return new Query(namespace, selector, fieldSelector);
    }

    public Query where(String selector) {
        return new Query(namespace, labelSelector, selector);
    }
}
