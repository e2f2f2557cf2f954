package io.kantoku.apiserver.registry;

import java.util.ArrayList;
import java.util.List;

/**
 * How to write.
 *
 * @param dryRun do everything but store
 * @param fieldManager who is recorded as the owner of the fields that are set
 * @param validation what to do about unknown fields
 * @param warnings sentences for the client are added here
 */
public record WriteOptions(boolean dryRun, String fieldManager, FieldValidation validation, List<String> warnings) {
    /** The values of {@code fieldValidation}. */
    public enum FieldValidation {
        IGNORE,
        WARN,
        STRICT
    }

    /** An ordinary write by a part of the server. */
    public static WriteOptions by(String fieldManager) {
        return new WriteOptions(false, fieldManager, FieldValidation.IGNORE, new ArrayList<>());
    }
}
