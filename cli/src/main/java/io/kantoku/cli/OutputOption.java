package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command prints its result: for people, or the API's own JSON for programs. */
public final class OutputOption {
    @Option(names = "-o", paramLabel = "json", description = "Print JSON; the progress goes to standard error.")
    private @Nullable Format format;

    /** The formats that can be asked for. */
    private enum Format {
        JSON
    }

    /**
     * A column of a table for people.
     *
     * @param text what stands in it for an item
     */
    record Column(String title, Function<JsonNode, String> text) {
        /** The text of one field. */
        static Column of(String title, String field) {
            return new Column(title, item -> item.path(field).asText());
        }

        /** A list's texts, with commas between them. */
        static Column list(String title, String field) {
            return new Column(title, item -> {
                List<String> texts = new ArrayList<>();
                item.path(field).forEach(text -> texts.add(text.asText()));
                return String.join(",", texts);
            });
        }
    }

    public boolean json() {
        return format == Format.JSON;
    }

    /** The same choice on a command line. */
    public List<String> arguments() {
        return json() ? List.of("-o", "json") : List.of();
    }

    /** Prints a list: a line for each item below the titles, or the array. */
    void list(Console console, JsonNode items, Column... columns) {
        if (json()) {
            console.result(items.toPrettyString());
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(columns).stream().map(Column::title).toList());
        items.forEach(item -> rows.add(List.of(columns).stream()
                .map(column -> column.text().apply(item))
                .toList()));
        table(rows).forEach(console::result);
    }

    /** Lines whose cells begin below each other, three spaces apart. */
    static List<String> table(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        rows.forEach(row -> {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        return rows.stream()
                .map(row -> {
                    StringBuilder line = new StringBuilder();
                    for (int i = 0; i < columns; i++) {
                        line.append(row.get(i))
                                .repeat(" ", widths[i] - row.get(i).length() + 3);
                    }
                    return line.toString().stripTrailing();
                })
                .toList();
    }
}
