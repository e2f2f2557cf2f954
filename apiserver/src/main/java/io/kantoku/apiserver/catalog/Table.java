package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apiserver.registry.TablePrinter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A printer that is a list of columns, each with the function that fills its cells. */
final class Table implements TablePrinter {
    static final Column NAME = new Column("Name", "string", "name", "The name, unique among objects of its kind.", 0);
    static final String AGE = "How long ago the object was made.";

    /** Name and creation time, for kinds without a table of their own. */
    static final TablePrinter PLAIN = new Builder()
            .column(NAME, (object, now) -> Tree.text(object, "metadata", "name"))
            .column(
                    new Column("Created At", "date", "", "When the object was made.", 0),
                    (object, now) -> Tree.text(object, "metadata", "creationTimestamp"))
            .build();

    private final List<Part> all;
    private final List<Part> parts;
    private final List<Column> columns;

    private Table(List<Part> all, int minor) {
        this.all = List.copyOf(all);
        this.parts = all.stream()
                .filter(part -> part.since() <= minor && minor <= part.until())
                .toList();
        this.columns = parts.stream().map(Part::column).toList();
    }

    /**
     * A column with what fills it.
     *
     * @param since the first minor release that shows it
     * @param until the last one
     */
    private record Part(Column column, Cell cell, int since, int until) {}

    /** A table that begins with the object's name. */
    static Builder named() {
        return new Builder().column(NAME, (object, now) -> Tree.text(object, "metadata", "name"));
    }

    static Builder unnamed() {
        return new Builder();
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public List<Object> cells(ObjectNode object, Instant now) {
        List<Object> row = new ArrayList<>(parts.size());
        for (Part part : parts) {
            row.add(part.cell().of(object, now));
        }
        return row;
    }

    @Override
    public TablePrinter ofRelease(int minor) {
        Table former = new Table(all, minor);
        return former.parts.equals(parts) ? this : former;
    }

    /** Fills one cell: a String, a Number or a Boolean. */
    @FunctionalInterface
    interface Cell {
        Object of(ObjectNode object, Instant now);
    }

    /** Collects columns from left to right. */
    static final class Builder {
        private final List<Part> parts = new ArrayList<>();

        Builder column(Column column, Cell cell) {
            parts.add(new Part(column, cell, 0, Integer.MAX_VALUE));
            return this;
        }

        /** The last column is there from a minor release on. */
        Builder since(int minor) {
            Part last = parts.removeLast();
            parts.add(new Part(last.column(), last.cell(), minor, last.until()));
            return this;
        }

        /** The last column is there up to a minor release. */
        Builder until(int minor) {
            Part last = parts.removeLast();
            parts.add(new Part(last.column(), last.cell(), last.since(), minor));
            return this;
        }

        Builder text(String name, String description, Function<ObjectNode, String> cell) {
            return column(new Column(name, "string", "", description, 0), (object, now) -> cell.apply(object));
        }

        Builder number(String name, String description, String... path) {
            return column(new Column(name, "integer", "", description, 0), (object, now) -> Tree.number(object, path));
        }

        Builder count(String name, String description, String... path) {
            return column(new Column(name, "integer", "", description, 0), (object, now) ->
                    (long) Tree.at(object, path).size());
        }

        Builder flag(String name, String description, String... path) {
            return column(new Column(name, "boolean", "", description, 0), (object, now) -> Tree.flag(object, path));
        }

        /** A column that only {@code -o wide} shows. */
        Builder wide(String name, String description, Function<ObjectNode, String> cell) {
            return column(new Column(name, "string", "", description, 1), (object, now) -> cell.apply(object));
        }

        Builder timed(String name, String description, Cell cell) {
            return column(new Column(name, "string", "", description, 0), cell);
        }

        Builder age() {
            return timed(
                    "Age", AGE, (object, now) -> Times.since(Tree.at(object, "metadata", "creationTimestamp"), now));
        }

        /** The wide columns of a pod template at a path. */
        Builder containers(String... template) {
            return wide("Containers", "The names of the template's containers.", o -> Texts.names(Tree.at(o, template)))
                    .wide(
                            "Images",
                            "The images of the template's containers.",
                            o -> Texts.images(Tree.at(o, template)));
        }

        Builder selector(String... path) {
            return wide("Selector", "The label selector.", object -> Texts.selector(Tree.at(object, path)));
        }

        /** The table of the newest release, which knows those of others. */
        TablePrinter build() {
            return new Table(parts, KubernetesRelease.NEWEST_MINOR);
        }
    }
}
