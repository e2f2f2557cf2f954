package io.kantoku.transport.pki;

/** A certificate, key or request that cannot be read or made; the message says which and why. */
public final class PkiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PkiException(String message) {
        super(message);
    }

    public PkiException(String message, Throwable cause) {
        super(message, cause);
    }
}
