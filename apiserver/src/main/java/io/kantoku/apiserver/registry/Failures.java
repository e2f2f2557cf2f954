package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Status;
import io.kantoku.store.StoreException;
import java.util.List;

/** Refusals that clients know by their words and reasons, as upstream writes them. */
public final class Failures {
    private Failures() {}

    static ApiException shuttingDown() {
        return new ApiException(
                Status.failure(503, "ServiceUnavailable", "the server is shutting down; connect again in a moment"));
    }

    /** A resource version that the server has not reached; clients wait a second and repeat. */
    static ApiException tooLargeResourceVersion(long wanted, long current) {
        Status.Cause cause = new Status.Cause("ResourceVersionTooLarge", "Too large resource version", "");
        return new ApiException(Status.failure(
                        504, "Timeout", "Timeout: Too large resource version: " + wanted + ", current: " + current)
                .withDetails(new Status.Details("", "", "", "", List.of(cause), 1)));
    }

    /** A watch from a version whose followers are no longer known. */
    public static ApiException tooOldResourceVersion(long wanted, long oldest) {
        return new ApiException(
                Status.failure(410, "Expired", "too old resource version: " + wanted + " (" + oldest + ")"));
    }

    /** An exact list at a version that is no longer kept. */
    static ApiException expired() {
        return new ApiException(
                Status.failure(410, "Expired", "The resourceVersion for the provided list is too old."));
    }

    /** A page of a list whose snapshot is no longer kept. */
    static ApiException continueExpired(String freshToken) {
        return new ApiException(Status.failure(
                        410,
                        "Expired",
                        "The provided continue parameter is too old to display a consistent list result. You can start"
                                + " a new list without the continue parameter, or use the continue token in this"
                                + " response to retrieve the remainder of the results. Continuing with the provided"
                                + " token results in an inconsistent list - objects that were created, modified, or"
                                + " deleted between the time the first chunk was returned and now may show up in the"
                                + " list.")
                .withContinueToken(freshToken));
    }

    static ApiException continueInvalid(String why) {
        return ApiException.badRequest("invalid continue token: continue key is not valid: " + why);
    }

    public static ApiException modified(GroupResource resource, String name) {
        return ApiException.conflict(
                resource,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    static ApiException precondition(GroupResource resource, String name, String what, String wanted, String found) {
        return ApiException.conflict(
                resource,
                name,
                "Precondition failed: " + what + " in precondition: " + wanted + ", " + what + " in object meta: "
                        + found);
    }

    /** A method that the path does not have. */
    public static ApiException methodNotAllowed() {
        return methodNotAllowed("the server does not allow this method on the requested resource");
    }

    public static ApiException methodNotAllowed(String what) {
        return new ApiException(Status.failure(405, "MethodNotAllowed", what)
                .withDetails(new Status.Details("", "", "", "", List.of(), 0)));
    }

    /** A resource version that is no number; upstream takes that for a failure of its own. */
    static ApiException invalidResourceVersion(String version) {
        FieldError error = FieldError.invalid(
                FieldPath.of("resourceVersion"),
                version,
                "strconv.ParseUint: parsing " + TextNode.valueOf(version) + ": invalid syntax");
        return new ApiException(Status.failure(500, "", error.toString()));
    }

    public static ApiException unsupportedMediaType(String why) {
        return new ApiException(Status.failure(415, "UnsupportedMediaType", why));
    }

    /** What a failing store means to a client. */
    static ApiException of(StoreException failure) {
        return switch (failure.code()) {
            case COMPACTED -> expired();
            case CLOSED -> shuttingDown();
            case UNAVAILABLE ->
                new ApiException(Status.failure(
                        500, "InternalError", "Internal error occurred: nothing was written: " + failure.getMessage()));
            case CONFLICT, FUTURE_REVISION, UNREADABLE -> ApiException.internal(String.valueOf(failure.getMessage()));
        };
    }
}
