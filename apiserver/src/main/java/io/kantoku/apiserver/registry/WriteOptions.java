package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.JsonFields;
import java.util.ArrayList;
import java.util.List;

/**
 * How to write.
 *
 * @param dryRun do everything but store
 * @param fieldManager who is recorded as the owner of the fields that are set
 * @param validation what to do about unknown and doubled fields
 * @param sent the fields of the body as they stood there, when some of them stood there twice; otherwise nothing
 * @param warnings sentences for the client are added here
 */
public record WriteOptions(
        boolean dryRun, String fieldManager, FieldValidation validation, JsonFields sent, List<String> warnings) {
    /** The values of {@code fieldValidation}. */
    public enum FieldValidation {
        IGNORE,
        WARN,
        STRICT
    }

    public WriteOptions(boolean dryRun, String fieldManager, FieldValidation validation, List<String> warnings) {
        this(dryRun, fieldManager, validation, JsonFields.NONE, warnings);
    }

    /** An ordinary write by a part of the server. */
    public static WriteOptions by(String fieldManager) {
        return new WriteOptions(false, fieldManager, FieldValidation.IGNORE, new ArrayList<>());
    }

    /** The same for a body with doubled fields. */
    public WriteOptions of(JsonFields body) {
        return new WriteOptions(dryRun, fieldManager, validation, body, warnings);
    }
}
