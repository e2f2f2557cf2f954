package io.kantoku.vsphere;

/** An inventory operation failed; the code says how, the message why and what can be done. */
public final class VsphereException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kind of failure, as vCenter's REST API names them where it has one. */
    public enum Code {
        /** The object that was named does not exist. */
        NOT_FOUND,
        /** The name is taken. */
        ALREADY_EXISTS,
        /** The request can never succeed as it stands. */
        INVALID_ARGUMENT,
        /** CPU, memory, storage or a pool's limit does not suffice now. */
        INSUFFICIENT_RESOURCES,
        /** Something else still uses the object or address. */
        IN_USE,
        /** The object's state forbids the operation now. */
        NOT_ALLOWED_IN_CURRENT_STATE,
        /** This inventory or version cannot do it. */
        UNSUPPORTED,
        /** The operation did not end within its deadline. */
        TIMED_OUT,
        /** The inventory could not keep or read its state. */
        INTERNAL
    }

    private final Code code;

    public VsphereException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public VsphereException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    public static VsphereException notFound(String what, Object name) {
        return new VsphereException(Code.NOT_FOUND, "there is no " + what + " " + name + " in the inventory");
    }

    public static VsphereException invalid(String message) {
        return new VsphereException(Code.INVALID_ARGUMENT, message);
    }
}
