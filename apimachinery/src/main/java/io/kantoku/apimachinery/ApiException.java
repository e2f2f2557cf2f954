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

    /** 422 with one cause per wrong field, worded as upstream words it. */
    public static ApiException invalid(GroupKind kind, String name, List<FieldError> errors) {
        List<String> texts =
                errors.stream().map(FieldError::toString).distinct().toList();
        String what = kind + " \"" + name + "\" is invalid";
        String message = switch (texts.size()) {
            case 0 -> what;
            case 1 -> what + ": " + texts.getFirst();
            default -> what + ": [" + String.join(", ", texts) + "]";
        };
        List<Status.Cause> causes = errors.stream().map(FieldError::toCause).toList();
        return new ApiException(Status.failure(422, "Invalid", message)
                .withDetails(new Status.Details(name, kind.group(), kind.kind(), "", causes, 0)));
    }

    /** 422 for a request, such as a patch, that cannot be carried out on the object as it is. */
    public static ApiException unprocessable(String why) {
        return new ApiException(Status.failure(
                422, "Invalid", "the server rejected our request due to an error in our request: " + why));
    }

    /** 413 for a request that is larger than the server is willing to work on. */
    public static ApiException tooLarge(String why) {
        return new ApiException(Status.failure(413, "RequestEntityTooLarge", "Request entity is too large: " + why));
    }

    public static ApiException internal(String message) {
        return new ApiException(Status.failure(500, "InternalError", "Internal error occurred: " + message));
    }
}
