package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.PrinterColumns;
import io.kantoku.apiserver.registry.TablePrinter;
import java.time.Instant;
import java.util.List;

/** Prints custom objects by the columns of their definition. */
final class CustomPrinter implements TablePrinter {
    private final PrinterColumns printer;
    private final List<Column> columns;

    CustomPrinter(PrinterColumns printer) {
        this.printer = printer;
        this.columns = printer.columns().stream()
                .map(column -> new Column(
                        column.name(), column.type(), column.format(), column.description(), column.priority()))
                .toList();
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
