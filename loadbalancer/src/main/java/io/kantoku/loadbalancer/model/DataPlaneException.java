package io.kantoku.loadbalancer.model;

import org.jspecify.annotations.Nullable;

/** What went wrong with a load balancer, in the terms of the Data Plane API; the one exception of this module. */
public final class DataPlaneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;
    private final int bodyCode;

    public DataPlaneException(Code code, String message) {
        this(code, code.status, message, null);
    }

    public DataPlaneException(Code code, String message, Throwable cause) {
        this(code, code.status, message, cause);
    }

    private DataPlaneException(Code code, int bodyCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.bodyCode = bodyCode;
    }

    /** A parameter of the query or the path that has the wrong form. */
    public static DataPlaneException wrongType(String where, String type, String value) {
        return new DataPlaneException(
                Code.INVALID, 601, where + " must be of type " + type + ": \"" + value + "\"", null);
    }

    /** A member that is needed and missing; the numbers in the bodies of 422 answers are go-openapi's. */
    public static DataPlaneException required(String member) {
        return new DataPlaneException(Code.INVALID, 602, member + " in body is required", null);
    }

    public static DataPlaneException requiredInQuery(String parameter) {
        return new DataPlaneException(Code.INVALID, 602, parameter + " in query is required", null);
    }

    public static DataPlaneException pattern(String member, String pattern) {
        return new DataPlaneException(Code.INVALID, 605, member + " in body should match '" + pattern + "'", null);
    }

    public static DataPlaneException notOneOf(String member, Object allowed) {
        return new DataPlaneException(Code.INVALID, 606, member + " in body should be one of " + allowed, null);
    }

    /** A number that is too great (608) or too small (609). */
    public static DataPlaneException outOfRange(String member, long value, long least, long most) {
        return value > most
                ? new DataPlaneException(
                        Code.INVALID, 608, member + " in body should be less than or equal to " + most, null)
                : new DataPlaneException(
                        Code.INVALID, 609, member + " in body should be greater than or equal to " + least, null);
    }

    public static DataPlaneException notFound(String what) {
        return new DataPlaneException(Code.NOT_FOUND, what + " does not exist");
    }

    public static DataPlaneException exists(String what) {
        return new DataPlaneException(Code.CONFLICT, what + " already exists");
    }

    public static DataPlaneException badRequest(String message) {
        return new DataPlaneException(Code.BAD_REQUEST, message);
    }

    public Code code() {
        return code;
    }

    /** The number in the answer's body: the HTTP status, but for schema violations. */
    public int bodyCode() {
        return bodyCode;
    }

    /** Kinds of failure; those without an HTTP status happen on the client's side only. */
    public enum Code {
        BAD_REQUEST(400),
        UNAUTHORIZED(401),
        NOT_FOUND(404),
        METHOD_NOT_ALLOWED(405),
        /** A transaction that others were faster than, or an answer in a form that the client does not take. */
        OUTDATED(406),
        CONFLICT(409),
        TOO_LARGE(413),
        UNSUPPORTED(415),
        INVALID(422),
        TOO_MANY_TRANSACTIONS(429),
        INTERNAL(500),
        /** No answer: refused, timed out, cut off. */
        UNREACHABLE(0),
        /** The server's certificate is not issued by the given authorities, or not for that name. */
        UNTRUSTED(0),
        /** Whoever answers does not speak the Data Plane API. */
        NOT_DATA_PLANE_API(0),
        /** The change was accepted, and the reload that should have made it effective failed. */
        RELOAD_FAILED(0),
        /** The change was accepted and is not known to be effective in time. */
        DEADLINE(0);

        private final int status;

        Code(int status) {
            this.status = status;
        }

        public int status() {
            return status;
        }

        /** The code of an answer with that HTTP status. */
        public static Code ofStatus(int status) {
            for (Code code : values()) {
                if (code.status == status && status != 0) {
                    return code;
                }
            }
            return status >= 500 ? INTERNAL : BAD_REQUEST;
        }
    }
}
