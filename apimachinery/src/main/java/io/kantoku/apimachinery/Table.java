package io.kantoku.apimachinery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A list as kubectl shows it, {@code meta.k8s.io/v1 Table}: the server chooses the columns, each row carries its object or part of it.
 *
 * @param columns in order
 * @param rows in order
 */
public record Table(List<Column> columns, List<Row> rows) {
    /** What of its object each row carries. */
    public enum Include {
        NONE,
        METADATA,
        OBJECT;

        /**
         * Reads the request's {@code includeObject}; absent means the metadata.
         *
         * @throws ApiException 400 for another word
         */
        public static Include parse(String word) {
            return switch (word) {
                case "None" -> NONE;
                case "", "Metadata" -> METADATA;
                case "Object" -> OBJECT;
                default ->
                    throw ApiException.badRequest(
                            "unrecognized includeObject value: \"" + word + "\": use None, Metadata or Object");
            };
        }
    }

    /**
     * One column.
     *
     * @param name the heading, as it is to be shown before kubectl makes it upper case
     * @param type {@code string}, {@code integer}, {@code number}, {@code boolean} or {@code date}
     * @param format {@code name} for the column of names, else mostly {@code ""}
     * @param description for people
     * @param priority 0 for columns that are always shown, more for those of {@code -o wide}
     */
    public record Column(String name, String type, String format, String description, int priority) {
        public static final Column NAME = new Column("Name", "string", "name", "Name of the object.", 0);
        public static final Column AGE =
                new Column("Age", "string", "", "Time since the object was created, in the server's view.", 0);

        public static Column of(String name, String type) {
            return new Column(name, type, "", "", 0);
        }

        /** Shown with {@code -o wide} only. */
        public static Column wide(String name, String type) {
            return new Column(name, type, "", "", 1);
        }
    }

    /**
     * One object.
     *
     * @param cells one scalar per column; null is shown as nothing
     * @param object the whole object
     */
    public record Row(List<JsonNode> cells, ObjectNode object) {
        public Row {
            cells = List.copyOf(cells);
        }
    }

    public Table {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /**
     * The wire form.
     *
     * @param include what of its object each row carries
     * @param listMetadata the metadata of the list, for its {@code resourceVersion} and {@code continue}
     */
    public ObjectNode toJson(Include include, ObjectNode listMetadata) {
        return toJson(include, listMetadata, true);
    }

    /** As {@link #toJson(Include, ObjectNode)}; in a watch only the first event has the columns. */
    public ObjectNode toJson(Include include, ObjectNode listMetadata, boolean withColumns) {
        ObjectNode json = Json.object();
        json.put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        json.set("metadata", listMetadata);
        ArrayNode definitions = json.putArray("columnDefinitions");
        if (withColumns) {
            for (Column column : columns) {
                definitions
                        .addObject()
                        .put("name", column.name())
                        .put("type", column.type())
                        .put("format", column.format())
                        .put("description", column.description())
                        .put("priority", column.priority());
            }
        }
        ArrayNode array = json.putArray("rows");
        for (Row row : rows) {
            ObjectNode node = array.addObject();
            node.putArray("cells").addAll(row.cells());
            switch (include) {
                case NONE -> {}
                case METADATA -> node.set("object", partial(row.object()));
                case OBJECT -> node.set("object", row.object());
            }
        }
        return json;
    }

    /** The {@code PartialObjectMetadata} of an object. */
    public static ObjectNode partial(ObjectNode object) {
        ObjectNode json = Json.object();
        json.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
        json.set("metadata", object.path("metadata").isObject() ? object.get("metadata") : Json.object());
        return json;
    }
}
