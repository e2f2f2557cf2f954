package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.TablePrinter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the tests of the catalog share: kinds by name, objects from YAML, and rows as kubectl prints them. */
final class CatalogFixture {
    static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

    private CatalogFixture() {}

    static ResourceType type(String resource) {
        return Catalog.builtIn().stream()
                .filter(type -> type.name().toString().equals(resource))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no type " + resource));
    }

    static ObjectNode yaml(String text) {
        return (ObjectNode) Yaml.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The object as it is after decoding, defaulting and what creation sets. */
    static ObjectNode created(String resource, String text) {
        ResourceType type = type(resource);
        ObjectNode object = yaml(text);
        type.strategy().prune(object);
        type.strategy().applyDefaults(object);
        type.strategy().prepareForCreate(object);
        return copy(object);
    }

    /** A copy as the store returns it. */
    static ObjectNode copy(ObjectNode object) {
        return Json.parseObject(Json.bytes(object));
    }

    /** What is wrong with a new object. */
    static List<String> faults(String resource, String text) {
        return type(resource).strategy().validate(created(resource, text)).stream()
                .map(Object::toString)
                .toList();
    }

    /** What is wrong with a step between two objects, which both get the defaults. */
    static List<String> updateFaults(String resource, ObjectNode object, ObjectNode old) {
        ResourceType type = type(resource);
        type.strategy().applyDefaults(object);
        type.strategy().prepareForUpdate(object, old);
        return type.strategy().validateUpdate(object, old).stream()
                .map(Object::toString)
                .toList();
    }

    /** The names of the columns. */
    static List<String> columns(String resource) {
        return type(resource).printer().columns().stream()
                .map(TablePrinter.Column::name)
                .toList();
    }

    /** The cells of a row, as texts. */
    static List<String> row(String resource, String text) {
        List<String> cells = new ArrayList<>();
        type(resource).printer().cells(yaml(text), NOW).forEach(cell -> cells.add(cell.toString()));
        return cells;
    }
}
