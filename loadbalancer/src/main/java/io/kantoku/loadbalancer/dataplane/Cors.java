package io.kantoku.loadbalancer.dataplane;

import io.kantoku.transport.Exchange;
import java.io.IOException;

/**
 * Lets pages of any origin call the API, as the API's own server does: who calls it is known by credentials that a page has to have
 * been given, never by something that a browser adds by itself.
 */
final class Cors {
    private static final String LONGEST_SECONDS = "86400";

    private Cors() {}

    /** Adds the headers for a request from a page; true when that was a preflight, which is answered by then. */
    static boolean answer(Exchange exchange) throws IOException {
        if (exchange.header("Origin").isEmpty()) {
            return false;
        }
        exchange.responseHeader("Access-Control-Allow-Origin", "*").responseHeader("Vary", "Origin");
        boolean preflight = exchange.method().equals("OPTIONS")
                && exchange.header("Access-Control-Request-Method").isPresent();
        if (!preflight) {
            exchange.responseHeader("Access-Control-Expose-Headers", "Reload-Id, Configuration-Version");
            return false;
        }
        exchange.responseHeader("Access-Control-Allow-Methods", "HEAD, GET, POST, PUT, PATCH, DELETE")
                .responseHeader("Access-Control-Max-Age", LONGEST_SECONDS);
        exchange.header("Access-Control-Request-Headers")
                .ifPresent(wanted -> exchange.responseHeader("Access-Control-Allow-Headers", wanted));
        exchange.respond(204, "", new byte[0]);
        return true;
    }
}
