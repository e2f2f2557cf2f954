package io.kantoku.client;

import com.fasterxml.jackson.databind.JsonNode;

/** A change to an object, in one of the forms of the Kubernetes API. */
public sealed interface Patch {
    JsonNode body();

    /** RFC 6902. */
    record JsonPatch(JsonNode body) implements Patch {}

    /** RFC 7386. */
    record MergePatch(JsonNode body) implements Patch {}

    /** Kubernetes strategic merge; built-in kinds only. */
    record StrategicMergePatch(JsonNode body) implements Patch {}

    /** Server-side apply. */
    record Apply(JsonNode body, String fieldManager, boolean force) implements Patch {}

    static Patch merge(JsonNode body) {
        return new MergePatch(body);
    }
}
