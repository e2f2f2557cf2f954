package io.kantoku.kubelet;

/** A node that cannot start or join; the message says what is wrong and where. */
public final class NodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Code {
        /** The bootstrap data cannot be used. */
        BAD_CONFIGURATION,
        /** The control plane did not answer in time, or was not the expected one. */
        JOIN_FAILED,
        /** A listener could not be opened. */
        ADDRESS_UNAVAILABLE
    }

    private final Code code;

    public NodeException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public NodeException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
