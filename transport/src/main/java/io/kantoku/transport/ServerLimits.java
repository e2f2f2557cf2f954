package io.kantoku.transport;

import java.time.Duration;

/**
 * What a server lets its clients use up.
 *
 * @param idle how long a connection without a request, or a request body that does not arrive, is kept
 * @param stall how long one write waits for a client that does not read; then its connection is dropped
 * @param headerBytes the size of a request's line and headers
 * @param streams concurrent requests on one HTTP/2 connection
 */
record ServerLimits(Duration idle, Duration stall, int headerBytes, int streams) {
    static final ServerLimits DEFAULT = new ServerLimits(Duration.ofMinutes(3), Duration.ofMinutes(3), 64 * 1024, 512);
}
