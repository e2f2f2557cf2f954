package io.kantoku.apimachinery.apply;

import java.time.Instant;

/**
 * Who changes an object, by which version of the API and when.
 *
 * @param manager the field manager; by convention the first part of the user agent where a client names none
 * @param apiVersion the API version of the request
 * @param subresource for example {@code status}, {@code ""} for the object itself
 * @param now written to {@code managedFields} in whole seconds
 */
public record Writer(String manager, String apiVersion, String subresource, Instant now) {}
