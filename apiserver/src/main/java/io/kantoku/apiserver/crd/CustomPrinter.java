package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.PrinterColumns;
import io.kantoku.apiserver.registry.TablePrinter;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Prints custom objects by the columns of their definition, which each version has of its own. */
final class CustomPrinter implements TablePrinter {
    private final PrinterColumns printer;
    private final List<Column> columns;
    private final Map<String, CustomPrinter> versions;

    private CustomPrinter(PrinterColumns printer, Map<String, CustomPrinter> versions) {
        this.printer = printer;
        this.versions = versions;
        this.columns = printer.columns().stream()
                .map(column -> new Column(
                        column.name(), column.type(), column.format(), column.description(), column.priority()))
                .toList();
    }

    /** The printer of a version that knows those of the others. */
    static CustomPrinter of(Map<String, PrinterColumns> columns, String version) {
        Map<String, CustomPrinter> versions = new HashMap<>();
        columns.forEach((name, own) -> versions.put(name, new CustomPrinter(own, versions)));
        return Objects.requireNonNull(versions.get(version), version);
    }

    @Override
    public CustomPrinter in(String version) {
        return versions.getOrDefault(version, this);
    }

    @Override
    public boolean readsServed() {
        return true;
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public List<Object> cells(ObjectNode object, Instant now) {
        return List.copyOf(printer.row(object, now).cells());
    }
}
