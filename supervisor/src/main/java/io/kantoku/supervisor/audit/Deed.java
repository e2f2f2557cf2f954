package io.kantoku.supervisor.audit;

/**
 * What somebody did.
 *
 * @param user {@code user@domain} or, of a Kubernetes API, the name that it knows; as typed for a login that failed
 * @param cluster the logical cluster of a Kubernetes write, otherwise {@code ""}
 * @param path without the query, which may hold secrets
 * @param status of the answer, as HTTP has it
 * @param client the address that the request came from
 */
public record Deed(Source source, String user, String method, String cluster, String path, int status, String client) {
    /** Which door the request came in by. */
    public enum Source {
        REST,
        KUBERNETES,
        LOGIN
    }
}
