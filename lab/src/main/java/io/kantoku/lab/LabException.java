package io.kantoku.lab;

/** Something on the machine that could not be made, found or removed. The message says what to do. */
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Code {
        /** Another process uses the state directory. */
        ALREADY_RUNNING,
        /** The ledger cannot be read or written. */
        LEDGER,
        /** A program cannot be started. */
        LAUNCH,
        /** A command ended with an error or not in time. */
        COMMAND,
        /** The kernel refused a call. */
        KERNEL
    }

    private final Code code;

    public LabException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public LabException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
