package io.kantoku.apiserver.catalog.openapi;

import java.util.List;
import java.util.stream.Stream;

/** Which parameters the queries of requests have, by what is asked. */
final class QueryParameters {
    static final List<String> NONE = List.of();

    /** Of lists and watches ({@code ListOptions}). */
    static final List<String> LIST = List.of(
            "allowWatchBookmarks",
            "continue",
            "fieldSelector",
            "labelSelector",
            "limit",
            "resourceVersion",
            "resourceVersionMatch",
            "sendInitialEvents",
            "timeoutSeconds",
            "watch");

    /** Of what makes or replaces an object. */
    static final List<String> WRITE = List.of("dryRun", "fieldManager", "fieldValidation");

    static final List<String> PATCH = List.of("dryRun", "fieldManager", "fieldValidation", "force");

    /** {@code DeleteOptions}, which may also be the body. */
    static final List<String> DELETE = List.of("dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy");

    static final List<String> DELETE_ALL = Stream.concat(
                    LIST.stream().filter(name -> !name.equals("watch") && !name.equals("allowWatchBookmarks")),
                    DELETE.stream())
            .toList();

    private QueryParameters() {}

    /** Of the subresources that lead to a node. */
    static List<String> connecting(String subresource) {
        return switch (subresource) {
            case "exec" -> List.of("command", "container", "stderr", "stdin", "stdout", "tty");
            case "attach" -> List.of("container", "stderr", "stdin", "stdout", "tty");
            case "portforward" -> List.of("ports");
            case "log" ->
                List.of(
                        "container",
                        "follow",
                        "limitBytes",
                        "previous",
                        "sinceSeconds",
                        "stream",
                        "tailLines",
                        "timestamps");
            default -> List.of("path");
        };
    }

    /** The type of a parameter in JSON schemas. */
    static String type(String name) {
        return switch (name) {
            case "allowWatchBookmarks",
                    "sendInitialEvents",
                    "watch",
                    "force",
                    "orphanDependents",
                    "stderr",
                    "stdin",
                    "stdout",
                    "tty",
                    "follow",
                    "previous",
                    "timestamps" -> "boolean";
            case "limit", "timeoutSeconds", "gracePeriodSeconds", "limitBytes", "ports", "sinceSeconds", "tailLines" ->
                "integer";
            default -> "string";
        };
    }
}
