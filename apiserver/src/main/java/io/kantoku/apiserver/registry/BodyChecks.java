package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionKind;

/** Whether the object in a request's body is the one that its path speaks of. What the body leaves out is taken from the path. */
final class BodyChecks {
    private BodyChecks() {}

    /** @throws ApiException 400 when the body is of another type */
    static void type(Target target, ObjectNode body) {
        GroupVersionKind expected = target.type().kindIn(target.version());
        String apiVersion = body.path("apiVersion").asText();
        String kind = body.path("kind").asText();
        if (!apiVersion.isEmpty() && !apiVersion.equals(expected.groupVersion().toString())) {
            throw ApiException.badRequest("the API version in the data (" + apiVersion
                    + ") does not match the expected API version (" + expected.groupVersion() + ")");
        }
        if (!kind.isEmpty() && !kind.equals(expected.kind())) {
            throw ApiException.badRequest(
                    "the kind in the data (" + kind + ") does not match the expected kind (" + expected.kind()
                            + "): the path is that of " + target.type().name());
        }
        body.put("apiVersion", expected.groupVersion().toString()).put("kind", expected.kind());
        if (!body.path("metadata").isMissingNode() && !body.path("metadata").isObject()) {
            throw ApiException.badRequest("metadata must be an object");
        }
    }

    /** @throws ApiException 400 when the body does not name the object itself */
    static void ownName(Target target, ObjectNode body) {
        if (body.path("metadata").path("name").asText().isEmpty()) {
            throw ApiException.badRequest("the name of the object ("
                    + target.name().name() + " based on URL) was undeterminable: name must be provided");
        }
        name(target, body);
    }

    /** @throws ApiException 400 when the body names another object */
    static void name(Target target, ObjectNode body) {
        ObjectNode metadata = body.withObjectProperty("metadata");
        String given = metadata.path("name").asText();
        if (given.isEmpty()) {
            metadata.put("name", target.name().name());
        } else if (!given.equals(target.name().name())) {
            throw ApiException.badRequest("the name of the object (" + given + ") does not match the name on the URL ("
                    + target.name().name() + ")");
        }
    }

    /** @throws ApiException 400 when the body names another place */
    static void place(Target target, ObjectNode body) {
        ObjectNode metadata = body.withObjectProperty("metadata");
        String namespace = target.name().namespace();
        String given = metadata.path("namespace").asText();
        if (given.isEmpty() && !namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        } else if (target.type().namespaced() && !given.equals(namespace)) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        if (!target.type().namespaced() && !given.isEmpty()) {
            metadata.remove("namespace");
        }
    }
}
