package io.kantoku.kubelet.cri;

import java.io.Serial;
import java.util.List;

/** A call that the runtime refused, or that got no answer. The message is the runtime's own. */
public final class GrpcException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The status codes of gRPC, in the order of their numbers. */
    public enum Code {
        OK,
        CANCELLED,
        UNKNOWN,
        INVALID_ARGUMENT,
        DEADLINE_EXCEEDED,
        NOT_FOUND,
        ALREADY_EXISTS,
        PERMISSION_DENIED,
        RESOURCE_EXHAUSTED,
        FAILED_PRECONDITION,
        ABORTED,
        OUT_OF_RANGE,
        UNIMPLEMENTED,
        INTERNAL,
        UNAVAILABLE,
        DATA_LOSS,
        UNAUTHENTICATED;

        private static final List<Code> BY_NUMBER = List.of(values());

        static Code of(int number) {
            return number >= 0 && number < BY_NUMBER.size() ? BY_NUMBER.get(number) : UNKNOWN;
        }
    }

    private final Code code;

    public GrpcException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public GrpcException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    /** As Go's clients print it, and so as kubelets do in Events and states. */
    public String described() {
        String name = switch (code) {
            case OK -> "OK";
            case CANCELLED -> "Canceled";
            case UNKNOWN -> "Unknown";
            case INVALID_ARGUMENT -> "InvalidArgument";
            case DEADLINE_EXCEEDED -> "DeadlineExceeded";
            case NOT_FOUND -> "NotFound";
            case ALREADY_EXISTS -> "AlreadyExists";
            case PERMISSION_DENIED -> "PermissionDenied";
            case RESOURCE_EXHAUSTED -> "ResourceExhausted";
            case FAILED_PRECONDITION -> "FailedPrecondition";
            case ABORTED -> "Aborted";
            case OUT_OF_RANGE -> "OutOfRange";
            case UNIMPLEMENTED -> "Unimplemented";
            case INTERNAL -> "Internal";
            case UNAVAILABLE -> "Unavailable";
            case DATA_LOSS -> "DataLoss";
            case UNAUTHENTICATED -> "Unauthenticated";
        };
        return "rpc error: code = " + name + " desc = " + getMessage();
    }
}
