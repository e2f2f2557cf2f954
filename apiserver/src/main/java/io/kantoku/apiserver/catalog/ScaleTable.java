package io.kantoku.apiserver.catalog;

import io.kantoku.apiserver.registry.TablePrinter;

/** The columns of an {@code autoscaling/v1 Scale}, whatever it is the view of. */
public final class ScaleTable {
    /** Reads the view, not the object behind it. */
    public static final TablePrinter PRINTER = Table.named()
            .number("Desired", "How many replicas are wanted.", "spec", "replicas")
            .number("Available", "How many replicas there are.", "status", "replicas")
            .age()
            .build();

    private ScaleTable() {}
}
