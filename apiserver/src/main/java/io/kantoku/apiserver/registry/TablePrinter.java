package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/** Prints a kind's objects as rows of a {@code meta/v1 Table}. */
public interface TablePrinter {
    List<Column> columns();

    /**
     * The printer as a Kubernetes release has it.
     *
     * @param minor of the release, for example 32
     */
    default TablePrinter ofRelease(int minor) {
        return this;
    }

    /** The printer of a served version; kinds whose columns differ by version print objects of that version. */
    default TablePrinter in(String version) {
        return this;
    }

    /** Whether {@link #cells} reads objects of the version asked for, and not of the stored one. */
    default boolean readsServed() {
        return false;
    }

    /** One cell per column: String, Number, Boolean, or a list of Strings; never null. */
    List<Object> cells(ObjectNode object, Instant now);

    /**
     * One column.
     *
     * @param type {@code string}, {@code integer}, {@code number}, {@code boolean} or {@code date}
     * @param format {@code name} for the first column, otherwise usually {@code ""}
     * @param priority 0 for always, 1 and above for {@code -o wide}
     */
    record Column(String name, String type, String format, String description, int priority) {}
}
