package io.kantoku.transport;

import java.io.IOException;

/** A request that the client got wrong before the handler could judge it; answered with a status of 4xx. */
final class RefusedRequestException extends IOException {
    private static final long serialVersionUID = 1L;
    static final int BAD_REQUEST = 400;
    static final int TIMEOUT = 408;

    private final int status;

    RefusedRequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
