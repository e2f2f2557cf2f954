package io.kantoku.apiserver.registry;

import java.util.List;

/**
 * A page of a collection.
 *
 * @param revision the state that it shows
 * @param continueToken {@code ""} on the last page
 * @param remaining how many objects follow; -1 when that is not known
 */
public record ListResult(List<StoredObject> objects, long revision, String continueToken, long remaining) {}
