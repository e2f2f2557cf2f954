package io.kantoku.apimachinery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a custom resource: its name, and what {@code additionalPrinterColumns} of its definition says, or its age when that
 * says nothing. Immutable.
 */
public final class PrinterColumns {
    private final List<Table.Column> columns = new ArrayList<>();
    private final List<JsonPath> paths = new ArrayList<>();

    private PrinterColumns() {
        columns.add(Table.Column.NAME);
    }

    /**
     * Reads {@code additionalPrinterColumns}, absent or not.
     *
     * @throws IllegalArgumentException when a path is malformed
     */
    public static PrinterColumns parse(JsonNode additionalPrinterColumns) {
        PrinterColumns parsed = new PrinterColumns();
        for (JsonNode column : additionalPrinterColumns) {
            parsed.columns.add(new Table.Column(
                    column.path("name").asText(),
                    column.path("type").asText("string"),
                    column.path("format").asText(),
                    column.path("description").asText(),
                    column.path("priority").asInt()));
            parsed.paths.add(JsonPath.parse(column.path("jsonPath").asText()));
        }
        if (parsed.paths.isEmpty()) {
            parsed.columns.add(new Table.Column("Age", "date", "", "Time since the object was created.", 0));
            parsed.paths.add(JsonPath.parse(".metadata.creationTimestamp"));
        }
        return parsed;
    }

    public List<Table.Column> columns() {
        return List.copyOf(columns);
    }

    public Table.Row row(ObjectNode object, Instant now) {
        List<JsonNode> cells = new ArrayList<>(columns.size());
        cells.add(TextNode.valueOf(object.path("metadata").path("name").asText()));
        for (int i = 0; i < paths.size(); i++) {
            JsonNode value = paths.get(i).first(object).orElse(NullNode.getInstance());
            cells.add(cell(columns.get(i + 1).type(), value, now));
        }
        return new Table.Row(cells, object);
    }

    /** A value of another type than the column's is not shown. */
    private static JsonNode cell(String type, JsonNode value, Instant now) {
        if (value.isNull()) {
            return value;
        }
        boolean fits = switch (type) {
            case "integer" -> value.isNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            default -> true;
        };
        if (!fits) {
            return NullNode.getInstance();
        }
        return switch (type) {
            case "date" -> TextNode.valueOf(Ages.since(value.asText(), now));
            case "string" -> TextNode.valueOf(JsonPath.show(value));
            default -> value;
        };
    }
}
