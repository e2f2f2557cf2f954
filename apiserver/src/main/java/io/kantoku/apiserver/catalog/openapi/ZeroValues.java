package io.kantoku.apiserver.catalog.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.apiserver.catalog.openapi.SchemaTable.Struct;
import java.util.Map;

/**
 * Adds the fields that objects of the built-in kinds have even when nobody set them, as Go's encoder writes them: {@code status: {}},
 * {@code resources: {}}, {@code replicas: 0}. Clients rely on them, for example a JSON patch that adds to {@code /status}.
 */
final class ZeroValues {
    private static final String METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private final SchemaTable table;

    ZeroValues(SchemaTable table) {
        this.table = table;
    }

    /** Completes an object and all that is in it; what it has stays as it is. */
    void complete(ObjectNode object, Struct struct) {
        if (struct.name().equals(METADATA)) {
            return;
        }
        for (Map.Entry<String, SchemaType> field : struct.written().entrySet()) {
            JsonNode present = object.get(field.getKey());
            if (present == null || present.isNull()) {
                object.set(field.getKey(), zero(field.getValue()));
            }
        }
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            SchemaType type = struct.fields().get(entry.getKey());
            if (type != null && entry.getValue().isContainerNode()) {
                complete(entry.getValue(), type);
            }
        }
    }

    private void complete(JsonNode node, SchemaType type) {
        switch (type) {
            case SchemaType.Named named -> {
                if (node instanceof ObjectNode object) {
                    complete(object, table.named(named.name()));
                }
            }
            case SchemaType.ListOf list -> node.forEach(item -> complete(item, list.items()));
            case SchemaType.MapOf map -> node.forEach(value -> complete(value, map.values()));
            case SchemaType.Plain _ -> {
                // nothing is in it
            }
        }
    }

    private static JsonNode zero(SchemaType type) {
        return switch (type) {
            case SchemaType.Named _, SchemaType.ListOf _, SchemaType.MapOf _ -> JsonNodeFactory.instance.objectNode();
            case SchemaType.Plain plain ->
                switch (plain.form()) {
                    case BOOLEAN -> BooleanNode.FALSE;
                    case INT32, INT64, DOUBLE, INT_OR_STRING -> IntNode.valueOf(0);
                    case QUANTITY -> TextNode.valueOf("0");
                    case STRING, BYTE, TIME, MICRO_TIME, OBJECT, ANY -> TextNode.valueOf("");
                };
        };
    }
}
