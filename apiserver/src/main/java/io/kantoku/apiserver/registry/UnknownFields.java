package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.JsonFields;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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
        if (options.validation() == WriteOptions.FieldValidation.IGNORE) {
            return;
        }
        List<String> sentences = sentences(unknown, options.sent());
        if (sentences.isEmpty()) {
            return;
        }
        if (options.validation() == WriteOptions.FieldValidation.STRICT) {
            throw ApiException.badRequest(type.kind() + " in version \"" + version
                    + "\" cannot be handled as a " + type.kind() + ": strict decoding error: "
                    + String.join(", ", sentences));
        }
        sentences.stream()
                .filter(sentence -> !options.warnings().contains(sentence))
                .forEach(options.warnings()::add);
    }

    /** In the order of the body, as far as it is known. An unknown field is not also called doubled. */
    private static List<String> sentences(List<String> unknown, JsonFields sent) {
        Set<String> left = new LinkedHashSet<>(unknown);
        List<String> sentences = new ArrayList<>();
        sent.fields().forEach((path, twice) -> {
            if (left.remove(path)) {
                sentences.add("unknown field \"" + path + "\"");
            } else if (twice) {
                sentences.add("duplicate field \"" + path + "\"");
            }
        });
        left.forEach(path -> sentences.add("unknown field \"" + path + "\""));
        return sentences;
    }
}
