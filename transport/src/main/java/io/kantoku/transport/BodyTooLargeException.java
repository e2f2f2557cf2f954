package io.kantoku.transport;

import java.io.IOException;

/** A request body that is longer than the handler accepts; answered with 413. */
public final class BodyTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    public BodyTooLargeException(int limit) {
        super("the request body is larger than " + limit + " bytes");
    }
}
