package io.kantoku.transport;

import java.time.Duration;

/**
 * What a server lets its clients use up.
 *
 * @param idle how long a connection without a request, a request body that does not arrive, or an answer that is not read is
 *     kept; an answer that has nothing to say is never idle
 * @param headerBytes the size of a request's line and headers
 * @param streams concurrent requests on one HTTP/2 connection
 */
record ServerLimits(Duration idle, int headerBytes, int streams) {
    static final ServerLimits DEFAULT = new ServerLimits(Duration.ofMinutes(3), 64 * 1024, 512);
}
