package io.kantoku.apimachinery;

import java.util.List;

/** A refusal or failure of a Kubernetes API call, carrying the complete {@link Status} that the client sees. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Status status;

    public ApiException(Status status) {
        super(status.message());
        this.status = status;
    }

    public Status status() {
        return status;
    }

    public int code() {
        return status.code();
    }

    /** Whether the object does not exist (404). */
    public boolean isNotFound() {
        return status.code() == 404;
    }

    /** Whether an object of that name exists already (409 with reason AlreadyExists). */
    public boolean isAlreadyExists() {
        return status.reason().equals("AlreadyExists");
    }

    /** Whether the caller's copy was out of date (409 with reason Conflict): read again and repeat. */
    public boolean isConflict() {
        return status.reason().equals("Conflict");
    }

    public static ApiException badRequest(String message) {
        return new ApiException(Status.failure(400, "BadRequest", message));
    }

    public static ApiException notFound(GroupResource resource, String name) {
        return new ApiException(Status.failure(404, "NotFound", resource + " \"" + name + "\" not found")
                .withDetails(new Status.Details(name, resource.group(), resource.resource(), "", List.of(), 0)));
    }

    public static ApiException alreadyExists(GroupResource resource, String name) {
        return new ApiException(Status.failure(409, "AlreadyExists", resource + " \"" + name + "\" already exists")
                .withDetails(new Status.Details(name, resource.group(), resource.resource(), "", List.of(), 0)));
    }

    /** A failed optimistic-concurrency or other precondition (409 Conflict), worded as upstream words it. */
    public static ApiException conflict(GroupResource resource, String name, String why) {
        return new ApiException(Status.failure(
                        409, "Conflict", "Operation cannot be fulfilled on " + resource + " \"" + name + "\": " + why)
                .withDetails(new Status.Details(name, resource.group(), resource.resource(), "", List.of(), 0)));
    }

    /** 403 with a reason; {@code why} says what is missing and what to do. */
    public static ApiException forbidden(GroupResource resource, String name, String why) {
        String what = name.isEmpty() ? resource.toString() : resource + " \"" + name + "\"";
        return new ApiException(Status.failure(403, "Forbidden", what + " is forbidden: " + why)
                .withDetails(new Status.Details(name, resource.group(), resource.resource(), "", List.of(), 0)));
    }

    public static ApiException internal(String message) {
        return new ApiException(Status.failure(500, "InternalError", "Internal error occurred: " + message));
    }
}
