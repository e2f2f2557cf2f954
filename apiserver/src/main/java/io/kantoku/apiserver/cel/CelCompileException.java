package io.kantoku.apiserver.cel;

/** An expression that is not CEL, or not of the type that is wanted; the message says where and why, as cel-go writes it. */
public final class CelCompileException extends Exception {
    private static final long serialVersionUID = 1L;

    CelCompileException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
