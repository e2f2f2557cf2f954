package io.kantoku.tkg.volumes;

import io.kantoku.vsphere.VsphereException;

/** A volume cannot be made, changed or removed; the message says why, in the form in which CSI's sidecars show it. */
final class DriverException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The codes of CSI's calls that are used here, as gRPC spells them. */
    enum Code {
        INVALID_ARGUMENT("InvalidArgument"),
        NOT_FOUND("NotFound"),
        FAILED_PRECONDITION("FailedPrecondition"),
        RESOURCE_EXHAUSTED("ResourceExhausted"),
        UNIMPLEMENTED("Unimplemented"),
        INTERNAL("Internal");

        private final String spelling;

        Code(String spelling) {
            this.spelling = spelling;
        }

        String spelling() {
            return spelling;
        }
    }

    private final Code code;
    private final String description;

    DriverException(Code code, String description) {
        super("rpc error: code = " + code.spelling() + " desc = " + description);
        this.code = code;
        this.description = description;
    }

    static DriverException of(VsphereException cause) {
        Code code = switch (cause.code()) {
            case NOT_FOUND -> Code.NOT_FOUND;
            case INVALID_ARGUMENT -> Code.INVALID_ARGUMENT;
            case INSUFFICIENT_RESOURCES -> Code.RESOURCE_EXHAUSTED;
            case IN_USE, NOT_ALLOWED_IN_CURRENT_STATE -> Code.FAILED_PRECONDITION;
            case UNSUPPORTED -> Code.UNIMPLEMENTED;
            case ALREADY_EXISTS, TIMED_OUT, INTERNAL -> Code.INTERNAL;
        };
        return new DriverException(code, String.valueOf(cause.getMessage()));
    }

    Code code() {
        return code;
    }

    /** Without the code. */
    String description() {
        return description;
    }
}
