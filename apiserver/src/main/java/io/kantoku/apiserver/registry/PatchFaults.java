package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What a client is told of a patch whose outcome cannot be read as an object; upstream shows the patch or the outcome as Go does. */
final class PatchFaults {
    private static final GroupKind NONE = new GroupKind("", "");

    private PatchFaults() {}

    static ApiException of(PatchBody patch, ObjectNode outcome, TypeFault fault) {
        boolean strategic = patch.form() == PatchBody.Form.STRATEGIC;
        String shown =
                strategic ? goValue(patch.body()) : new String(Json.bytes(sorted(outcome)), StandardCharsets.UTF_8);
        return ApiException.invalid(
                NONE,
                "",
                List.of(FieldError.invalid(
                        FieldPath.of("patch"), shown, strategic ? fault.converted() : fault.decoded())));
    }

    /** As {@code %+v} prints a decoded JSON value. */
    static String goValue(JsonNode node) {
        return switch (node) {
            case ObjectNode object ->
                entries(object).entrySet().stream()
                        .map(entry -> entry.getKey() + ":" + goValue(entry.getValue()))
                        .collect(Collectors.joining(" ", "map[", "]"));
            case ArrayNode array ->
                StreamSupport.stream(array.spliterator(), false)
                        .map(PatchFaults::goValue)
                        .collect(Collectors.joining(" ", "[", "]"));
            default -> node.isNull() ? "<nil>" : node.asText();
        };
    }

    private static Map<String, JsonNode> entries(ObjectNode object) {
        Map<String, JsonNode> entries = new TreeMap<>();
        object.properties().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
        return entries;
    }

    private static JsonNode sorted(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode sorted = Json.object();
                entries(object).forEach((name, value) -> sorted.set(name, sorted(value)));
                yield sorted;
            }
            case ArrayNode array -> {
                ArrayNode sorted = array.arrayNode();
                array.forEach(item -> sorted.add(sorted(item)));
                yield sorted;
            }
            default -> node;
        };
    }
}
