package io.kantoku.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Status;
import java.util.Optional;

/**
 * One identity's access to one Kubernetes API, in process or over HTTP.
 *
 * <p>Every call is authorized, admitted and validated as one that comes over the network. Returned objects belong to the
 * caller; a client in process leaves their {@code managedFields} out. Failures are {@link ApiException}s with the server's {@code Status}: 404 NotFound, 409 AlreadyExists, 409 Conflict
 * (read again and repeat), 403 Forbidden, 422 Invalid. Reads see all writes that returned before.
 */
public interface KubeClient {
    ClusterId cluster();

    Optional<KubeObject> find(GroupVersionResource resource, NamespacedName name);

    /** As {@link #find}, but absence is a 404 {@link ApiException}. */
    KubeObject get(GroupVersionResource resource, NamespacedName name);

    ObjectList list(GroupVersionResource resource, Query query);

    /**
     * What a GET of a path answers, as JSON: views of objects such as {@code …/scale}, and what other servers add to the API, such as
     * metrics. A path that nothing serves is a 404 {@link ApiException} without an object's name.
     *
     * @param path with its query string; see {@link ApiPaths}
     */
    default JsonNode read(String path) {
        throw new ApiException(Status.failure(404, "NotFound", "the server could not find the requested resource"));
    }

    /** Creates the object in its namespace; {@code metadata.generateName} is honoured. */
    KubeObject create(GroupVersionResource resource, KubeObject object);

    /** Replaces the object; its {@code resourceVersion}, when set, must be the current one. */
    KubeObject update(GroupVersionResource resource, KubeObject object);

    /** Replaces the object's {@code status} only. */
    KubeObject updateStatus(GroupVersionResource resource, KubeObject object);

    /** Changes the object or, when {@code subresource} is not empty, that part of it. */
    KubeObject patch(GroupVersionResource resource, NamespacedName name, Patch patch, String subresource);

    /** Posts to a subresource, for example {@code binding} or {@code token}, and returns the answer. */
    KubeObject post(GroupVersionResource resource, NamespacedName name, String subresource, KubeObject body);

    /** Asks for deletion; returns when it is accepted, which may be before the object is gone. */
    void delete(GroupVersionResource resource, NamespacedName name, DeleteOptions options);
}
