package io.kantoku.apiserver.catalog;

import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;

/**
 * A kind that is a question: it is created, answered in its status, and never stored. What the answer is, is for the parts
 * that know users and rights.
 *
 * @param resource where the question is put
 * @param kind for example {@code SubjectAccessReview}
 * @param namespaced whether the question concerns one namespace
 */
public record ReviewType(GroupVersionResource resource, String kind, boolean namespaced) {
    public GroupVersionKind groupVersionKind() {
        return resource.groupVersion().kind(kind);
    }
}
