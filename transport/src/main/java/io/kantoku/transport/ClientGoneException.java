package io.kantoku.transport;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The client went away, or does not read, while it was being answered: its own affair, and no fault of the handler. */
public final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
