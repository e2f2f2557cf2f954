package io.kantoku.transport;

import java.io.IOException;

/** An answer that a handler has begun and cannot end, through no fault of its own; the client is shown that it is not whole. */
public final class BrokenAnswerException extends IOException {
    private static final long serialVersionUID = 1L;

    public BrokenAnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}
