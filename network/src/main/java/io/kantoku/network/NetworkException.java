package io.kantoku.network;

import org.jspecify.annotations.Nullable;

/** A failure of the pod network, with a message for people. */
public final class NetworkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Code code;

    /** What kind of failure it is. */
    public enum Code {
        /** The node has no free pod address, or no pod CIDR yet. */
        NO_ADDRESS,
        /** A program, link, rule or flow could not be made. */
        FAILED,
        /** A configuration value cannot be used. */
        BAD_CONFIGURATION
    }

    public NetworkException(Code code, String message) {
        this(code, message, null);
    }

    public NetworkException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
