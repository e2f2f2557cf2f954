package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.JsonFields;

/**
 * A patch as it came.
 *
 * @param force for {@link Form#APPLY}: take over fields that others own
 * @param fields the fields of a merge patch as they stood there when some of them stood there twice, otherwise nothing
 */
public record PatchBody(Form form, JsonNode body, boolean force, JsonFields fields) {
    /** A patch in which nothing stands twice. */
    public PatchBody(Form form, JsonNode body, boolean force) {
        this(form, body, force, JsonFields.NONE);
    }

    /** The patch media types. */
    public enum Form {
        JSON,
        MERGE,
        STRATEGIC,
        APPLY
    }
}
