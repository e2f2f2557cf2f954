package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.catalog.ScaleTable;
import io.kantoku.apiserver.registry.Conversions;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.Scales;
import io.kantoku.apiserver.registry.StoredObject;
import io.kantoku.apiserver.registry.TablePrinter;
import java.time.InstantSource;
import java.util.List;

/** Makes trees of objects in the shapes that clients ask for: the object itself, its metadata, or a table. */
final class ObjectForms {
    private static final String META_GROUP = "meta.k8s.io/";

    private final InstantSource clock;

    ObjectForms(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether the stored bytes are what the client wants. */
    static boolean asStored(ResourceType type, String version, Wanted wanted) {
        return wanted.plain() && Conversions.isStored(type, version);
    }

    /** One object in the shape wanted. */
    ObjectNode one(ResourceType type, String version, StoredObject object, Wanted wanted) {
        return switch (wanted.shape()) {
            case OBJECT -> served(type, version, object);
            case METADATA -> metadata(served(type, version, object), wanted);
            case TABLE -> {
                ObjectNode table = table(type, version, List.of(object), wanted);
                table.withObjectProperty("metadata").put("resourceVersion", Long.toString(object.revision()));
                yield table;
            }
        };
    }

    /** The {@code scale} of an object in the shape wanted. */
    ObjectNode scale(ResourceType type, StoredObject object, Wanted wanted) {
        ObjectNode view = Scales.view(type, object.tree());
        return switch (wanted.shape()) {
            case OBJECT -> view;
            case METADATA -> metadata(view, wanted);
            case TABLE -> {
                ObjectNode table = table(ScaleTable.PRINTER, List.of(view), List.of(view), wanted);
                table.withObjectProperty("metadata").put("resourceVersion", Long.toString(object.revision()));
                yield table;
            }
        };
    }

    /** A list in the shape wanted, without its metadata. */
    ObjectNode many(ResourceType type, String version, List<StoredObject> objects, Wanted wanted) {
        if (wanted.shape() == Wanted.Shape.TABLE) {
            return table(type, version, objects, wanted);
        }
        ObjectNode list = Json.object();
        boolean whole = wanted.shape() == Wanted.Shape.OBJECT;
        list.put("kind", whole ? type.listKind() : "PartialObjectMetadataList");
        list.put(
                "apiVersion",
                whole ? type.kindIn(version).groupVersion().toString() : META_GROUP + wanted.shapeVersion());
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        for (ObjectNode served : served(type, version, objects)) {
            items.add(whole ? served : metadata(served, wanted));
        }
        return list;
    }

    private static ObjectNode served(ResourceType type, String version, StoredObject object) {
        return Conversions.toServed(type, object.tree(), version);
    }

    private static List<ObjectNode> served(ResourceType type, String version, List<StoredObject> objects) {
        return Conversions.toServed(
                type, objects.stream().map(StoredObject::tree).toList(), version);
    }

    private static ObjectNode metadata(ObjectNode object, Wanted wanted) {
        ObjectNode partial = Json.object();
        partial.put("kind", "PartialObjectMetadata").put("apiVersion", META_GROUP + wanted.shapeVersion());
        partial.set("metadata", object.path("metadata"));
        return partial;
    }

    /** Most printers read the stored version; what a row carries of its object is in the version that is asked for. */
    private ObjectNode table(ResourceType type, String version, List<StoredObject> objects, Wanted wanted) {
        TablePrinter printer = type.printer().in(version);
        List<ObjectNode> served = served(type, version, objects);
        List<ObjectNode> printed = printer.readsServed()
                ? served
                : objects.stream().map(StoredObject::tree).toList();
        return table(printer, printed, served, wanted);
    }

    /**
     * A row per object.
     *
     * @param printed what the cells are read from
     * @param served what the rows carry
     */
    private ObjectNode table(TablePrinter printer, List<ObjectNode> printed, List<ObjectNode> served, Wanted wanted) {
        ObjectNode table = Json.object();
        table.put("kind", "Table").put("apiVersion", META_GROUP + wanted.shapeVersion());
        table.putObject("metadata");
        ArrayNode columns = table.putArray("columnDefinitions");
        for (TablePrinter.Column column : printer.columns()) {
            columns.addObject()
                    .put("name", column.name())
                    .put("type", column.type())
                    .put("format", column.format())
                    .put("description", column.description())
                    .put("priority", column.priority());
        }
        ArrayNode rows = table.putArray("rows");
        for (int i = 0; i < served.size(); i++) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            printer.cells(printed.get(i), clock.instant()).forEach(cell -> addCell(cells, cell));
            switch (wanted.includeObject()) {
                case "None" -> {
                    // the row alone
                }
                case "Object" -> row.set("object", served.get(i));
                default -> row.set("object", metadata(served.get(i), wanted));
            }
        }
        return table;
    }

    private static void addCell(ArrayNode cells, Object cell) {
        switch (cell) {
            case String text -> cells.add(text);
            case JsonNode node -> cells.add(node);
            case Boolean flag -> cells.add(flag);
            case Integer number -> cells.add(number);
            case Long number -> cells.add(number);
            case Number number -> cells.add(number.doubleValue());
            case List<?> list -> list.forEach(item -> cells.addArray().add(String.valueOf(item)));
            default -> cells.add(Json.mapper().<JsonNode>valueToTree(cell));
        }
    }
}
