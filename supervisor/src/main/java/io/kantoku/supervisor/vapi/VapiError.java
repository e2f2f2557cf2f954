package io.kantoku.supervisor.vapi;

import java.util.Locale;

/** The errors of vCenter's REST API with their HTTP status. */
public enum VapiError {
    ALREADY_EXISTS(400),
    INVALID_ARGUMENT(400),
    NOT_ALLOWED_IN_CURRENT_STATE(400),
    UNSUPPORTED(400),
    RESOURCE_IN_USE(400),
    UNAUTHENTICATED(401),
    UNAUTHORIZED(403),
    NOT_FOUND(404),
    INTERNAL_SERVER_ERROR(500),
    UNABLE_TO_ALLOCATE_RESOURCE(500),
    SERVICE_UNAVAILABLE(503);

    private final int status;

    VapiError(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }

    /** The name in the {@code /rest} family: {@code com.vmware.vapi.std.errors.not_found}. */
    String restType() {
        return "com.vmware.vapi.std.errors." + name().toLowerCase(Locale.ROOT);
    }
}
