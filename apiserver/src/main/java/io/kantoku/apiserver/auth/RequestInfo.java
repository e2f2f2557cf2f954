package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.GroupResource;

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
    public GroupResource groupResource() {
        return new GroupResource(group, resource);
    }
}
