package io.kantoku.transport;

import java.io.IOException;

/** Answers one request on a virtual thread of its own; may block. */
@FunctionalInterface
public interface HttpHandler {
    /** Answers the request. An exception that escapes is logged and answered with 500 if nothing was sent yet. */
    void handle(Exchange exchange) throws IOException;
}
