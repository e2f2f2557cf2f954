package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import java.util.List;

/** Drops what a kind does not know, and tells the client as it asked to be told ({@code fieldValidation}). */
final class UnknownFields {
    private UnknownFields() {}

    /** @throws ApiException 400 when the client wants unknown fields refused and there are some */
    static void drop(ResourceType type, ObjectNode object, WriteOptions options) {
        Strategy strategy = type.strategy();
        List<String> unknown = options.validation() == WriteOptions.FieldValidation.IGNORE
                ? List.of()
                : strategy.unknownFields(object);
        if (!unknown.isEmpty()) {
            List<String> sentences = unknown.stream()
                    .map(path -> "unknown field \"" + path + "\"")
                    .toList();
            if (options.validation() == WriteOptions.FieldValidation.STRICT) {
                throw ApiException.badRequest(type.kind() + " in version \"" + type.storageVersion()
                        + "\" cannot be handled as a " + type.kind() + ": strict decoding error: "
                        + String.join(", ", sentences));
            }
            options.warnings().addAll(sentences);
        }
        strategy.prune(object);
    }
}
