package io.kantoku.transport;

import java.io.IOException;

/** A request that is not what HTTP allows; answered with 400. */
final class MalformedRequestException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedRequestException(String message) {
        super(message);
    }
}
