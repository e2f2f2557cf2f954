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
        report(type, type.storageVersion(), unknown, options);
        strategy.prune(object);
    }

    /** The same before an object is converted into the stored version. */
    static void dropServed(ResourceType type, ObjectNode object, String version, WriteOptions options) {
        if (!Conversions.isStored(type, version)) {
            report(type, version, type.strategy().pruneServed(object, version), options);
        }
    }

    private static void report(ResourceType type, String version, List<String> unknown, WriteOptions options) {
        boolean silent = options.validation() == WriteOptions.FieldValidation.IGNORE;
        if (!silent && !unknown.isEmpty()) {
            List<String> sentences = unknown.stream()
                    .map(path -> "unknown field \"" + path + "\"")
                    .toList();
            if (options.validation() == WriteOptions.FieldValidation.STRICT) {
                throw ApiException.badRequest(type.kind() + " in version \"" + version
                        + "\" cannot be handled as a " + type.kind() + ": strict decoding error: "
                        + String.join(", ", sentences));
            }
            options.warnings().addAll(sentences);
        }
    }
}
