package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.GroupResource;
import java.util.Set;

/**
 * What a request asks for, in the terms of authorization and audit.
 *
 * @param verb {@code get, list, watch, create, update, patch, delete, deletecollection}, or the HTTP method in lower case
 *     for paths that are no resource
 * @param resourceRequest whether the path names a resource
 * @param path the URL path, for paths that are no resource
 * @param name {@code ""} for a collection
 */
public record RequestInfo(
        String verb,
        boolean resourceRequest,
        String path,
        String group,
        String version,
        String resource,
        String subresource,
        String namespace,
        String name) {
    private static final Set<String> LONG_RUNNING = Set.of("log", "exec", "attach", "portforward", "proxy");

    /** The same request with another verb. */
    public RequestInfo withVerb(String other) {
        return new RequestInfo(other, resourceRequest, path, group, version, resource, subresource, namespace, name);
    }

    /** Whether the answer may take any time: a watch, a log that is followed, a stream, a proxy. */
    public boolean longRunning() {
        return verb.equals("watch") || LONG_RUNNING.contains(subresource);
    }

    public GroupResource groupResource() {
        return new GroupResource(group, resource);
    }
}
