package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A patch as it came.
 *
 * @param force for {@link Form#APPLY}: take over fields that others own
 */
public record PatchBody(Form form, JsonNode body, boolean force) {
    /** The patch media types. */
    public enum Form {
        JSON,
        MERGE,
        STRATEGIC,
        APPLY
    }
}
