package io.kantoku.store;

/** A store operation that was refused or failed. Nothing was changed unless the code says otherwise. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Code {
        /** The key's state is not the expected one. */
        CONFLICT,
        /** The revision is no longer kept. */
        COMPACTED,
        /** The revision has not been reached. */
        FUTURE_REVISION,
        /** The store was closed. */
        CLOSED,
        /** The disk is full or failed; the outcome of the write is "not written". */
        UNAVAILABLE,
        /** The files are damaged or of a newer format. */
        UNREADABLE
    }

    private final Code code;

    public StoreException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public StoreException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
