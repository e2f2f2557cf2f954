/** WebSocket (RFC 6455) over an upgraded connection: the handshake, and messages both ways. Without extensions. */
@NullMarked
package io.kantoku.transport.websocket;

import org.jspecify.annotations.NullMarked;
