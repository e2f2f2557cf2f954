package io.kantoku.transport;

/** A request that got no answer, or lost it half-way. The message names the target and what to do. */
public final class TransportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Code {
        /** Nothing listens there. */
        CONNECT_REFUSED,
        /** There is no way to the host. */
        UNREACHABLE,
        /** The host's name is not known. */
        UNKNOWN_HOST,
        /** No answer in time. */
        TIMEOUT,
        /** The server's certificate does not lead to a trusted authority, or is not valid now. */
        TLS_UNTRUSTED,
        /** The server's certificate is for another host. */
        TLS_NAME_MISMATCH,
        /** TLS failed for another reason. */
        TLS_FAILED,
        /** The connection ended before the answer did. */
        CLOSED,
        /** What the server sent is not HTTP. */
        PROTOCOL,
        /** The calling thread was interrupted; it still is. */
        INTERRUPTED
    }

    private final Code code;

    public TransportException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public TransportException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
