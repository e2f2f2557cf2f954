package io.kantoku.supervisor.sso;

/** Why nobody gets in by an OpenID Connect provider; the message is for people. */
public final class OidcException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OidcException(String message) {
        super(message);
    }

    OidcException(String message, Throwable cause) {
        super(message, cause);
    }
}
