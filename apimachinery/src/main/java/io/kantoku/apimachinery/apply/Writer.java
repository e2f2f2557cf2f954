package io.kantoku.apimachinery.apply;

import java.time.Instant;
import java.util.Set;

/**
 * Who changes an object, by which version of the API and when.
 *
 * @param manager the field manager; by convention the first part of the user agent where a client names none
 * @param apiVersion the API version of the request
 * @param subresource for example {@code status}, {@code ""} for the object itself
 * @param reset paths that the request cannot set, so that it neither owns them nor comes into conflict about them: {@code status}
 *     outside of the subresource
 * @param now written to {@code managedFields} in whole seconds
 */
public record Writer(String manager, String apiVersion, String subresource, Set<String> reset, Instant now) {
    public Writer {
        reset = Set.copyOf(reset);
    }

    /** A writer that may set everything. */
    public Writer(String manager, String apiVersion, String subresource, Instant now) {
        this(manager, apiVersion, subresource, Set.of(), now);
    }
}
