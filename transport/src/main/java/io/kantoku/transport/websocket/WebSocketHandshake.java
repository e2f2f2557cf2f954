package io.kantoku.transport.websocket;

import io.kantoku.transport.Exchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The opening handshake (RFC 6455, section 4), as the server's side sees it. */
public final class WebSocketHandshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    private WebSocketHandshake() {}

    /** Whether a request asks for WebSocket. */
    public static boolean requested(Exchange exchange) {
        return exchange.method().equals("GET")
                && exchange.headers("Upgrade").stream()
                        .anyMatch(value -> value.toLowerCase(Locale.ROOT).equals("websocket"));
    }

    /** The subprotocols that the client offers, the one that it likes best first. */
    public static List<String> offered(Exchange exchange) {
        return exchange.headers("Sec-WebSocket-Protocol").stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }

    /** Why the handshake is wrong; empty when it is right. */
    public static Optional<String> fault(Exchange exchange) {
        String key = exchange.header("Sec-WebSocket-Key").orElse("");
        if (!exchange.header("Sec-WebSocket-Version").orElse("").equals("13")) {
            return Optional.of("only version 13 of WebSocket is spoken here");
        }
        try {
            boolean long16 = Base64.getDecoder().decode(key).length == KEY_BYTES;
            return long16 ? Optional.empty() : Optional.of("Sec-WebSocket-Key is not 16 bytes");
        } catch (IllegalArgumentException e) {
            return Optional.of("Sec-WebSocket-Key is not base64");
        }
    }

    /** The {@code Sec-WebSocket-Accept} for a {@code Sec-WebSocket-Key}. */
    public static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-1", e);
        }
    }
}
