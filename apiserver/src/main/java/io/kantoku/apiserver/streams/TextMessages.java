package io.kantoku.apiserver.streams;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.websocket.WebSocket;
import io.kantoku.transport.websocket.WebSocketHandshake;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Sends a text, such as a log, as messages of a WebSocket: as it is ({@code binary.k8s.io}, or no protocol), or in base64
 * ({@code base64.binary.k8s.io}). The first message is empty, which tells clients that it has begun.
 */
final class TextMessages {
    private static final String BINARY = "binary.k8s.io";
    private static final String BASE64 = "base64.binary.k8s.io";
    private static final int BUFFER = 32 * 1024;
    private static final int LONGEST_MESSAGE = 64 * 1024;

    private TextMessages() {}

    /**
     * Sends all of it, and ends the connection.
     *
     * @throws ApiException 400 when the handshake is wrong
     */
    static void send(Exchange exchange, InputStream text) throws IOException {
        Optional<String> fault = WebSocketHandshake.fault(exchange);
        if (fault.isPresent()) {
            throw ApiException.badRequest(fault.get());
        }
        List<String> offered = WebSocketHandshake.offered(exchange);
        String protocol = offered.stream()
                .filter(List.of(BINARY, BASE64)::contains)
                .findFirst()
                .orElse("");
        if (protocol.isEmpty() && !offered.isEmpty()) {
            throw ApiException.badRequest(
                    "none of the protocols " + offered + " is spoken here; spoken are " + BINARY + " and " + BASE64);
        }
        exchange.responseHeader(
                "Sec-WebSocket-Accept",
                WebSocketHandshake.accept(exchange.header("Sec-WebSocket-Key").orElse("")));
        if (!protocol.isEmpty()) {
            exchange.responseHeader("Sec-WebSocket-Protocol", protocol);
        }
        try (WebSocket socket = new WebSocket(exchange.upgrade("websocket"), WebSocket.Role.SERVER, LONGEST_MESSAGE)) {
            socket.write(new byte[0]);
            byte[] buffer = new byte[BUFFER];
            for (int count = text.read(buffer); count >= 0; count = text.read(buffer)) {
                if (protocol.equals(BASE64)) {
                    socket.write(Base64.getEncoder().encodeToString(Arrays.copyOf(buffer, count)));
                } else {
                    socket.write(buffer, 0, count);
                }
            }
            socket.close(WebSocket.NORMAL);
        }
    }
}
