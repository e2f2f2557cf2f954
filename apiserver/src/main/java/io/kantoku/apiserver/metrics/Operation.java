package io.kantoku.apiserver.metrics;

/**
 * What kind of request one was, without the names of objects: the labels of {@code apiserver_request_*}.
 *
 * @param verb {@code GET}, {@code LIST}, {@code WATCH}, {@code APPLY} and so on
 * @param resource {@code ""} for paths that are no resource, and for resources that are not served, so that nobody can make series at will
 * @param scope {@code cluster}, {@code namespace}, {@code resource}, or {@code ""}
 */
public record Operation(String verb, String group, String version, String resource, String subresource, String scope) {
    /** Whether the request ends when the client has enough: such ones are counted while they last, and not timed. */
    boolean longRunning() {
        return verb.equals("WATCH") || verb.equals("CONNECT") || subresource.equals("log");
    }

    boolean readOnly() {
        return switch (verb) {
            case "GET", "LIST", "HEAD", "OPTIONS" -> true;
            default -> false;
        };
    }
}
