package io.kantoku.apiserver.streams;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.Target;
import io.kantoku.transport.UpgradeAnswer;
import io.kantoku.transport.spdy.SpdyConnection;
import io.kantoku.transport.websocket.WebSocket;
import io.kantoku.transport.websocket.WebSocketHandshake;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects clients' streams with a kubelet's. SPDY, and WebSocket of the versions up to 4, pass as they are; what only new clients
 * speak is translated here, as upstream's API server does it.
 */
final class ClientStreams {
    private static final Logger LOG = LoggerFactory.getLogger(ClientStreams.class);
    private static final String SPDY = "SPDY/3.1";
    private static final String V5 = "v5.channel.k8s.io";
    private static final String TUNNEL = "SPDY/3.1+portforward.k8s.io";
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int LONGEST_MESSAGE = 4 << 20;

    private final Forwarder forwarder;

    ClientStreams(Forwarder forwarder) {
        this.forwarder = forwarder;
    }

    /** Serves {@code exec} and {@code attach}. */
    void command(Exchange exchange, Target kubelet, String path) throws IOException {
        if (offers(exchange, V5)) {
            RemoteCommand command = RemoteCommand.of(exchange);
            serve(exchange, V5, spdy(kubelet, path, "v4.channel.k8s.io"), (socket, far) -> {
                try (SpdyConnection spdy = new SpdyConnection(far, true)) {
                    new ChannelTranslator(socket, spdy, command).run();
                }
            });
        } else {
            pass(exchange, kubelet, path);
        }
    }

    /** Serves {@code portforward}. */
    void ports(Exchange exchange, Target kubelet, String path) throws IOException {
        if (offers(exchange, TUNNEL)) {
            serve(
                    exchange,
                    TUNNEL,
                    spdy(kubelet, path, "portforward.k8s.io"),
                    (socket, far) -> Forwarder.join(new WebSocketBytes(socket), far));
        } else {
            pass(exchange, kubelet, path);
        }
    }

    private void pass(Exchange exchange, Target kubelet, String path) throws IOException {
        if (!Forwarder.isUpgrade(exchange)) {
            throw ApiException.badRequest("Upgrade request required");
        }
        forwarder.tunnel(exchange, kubelet, path);
    }

    private static boolean offers(Exchange exchange, String protocol) {
        return Forwarder.isUpgrade(exchange)
                && WebSocketHandshake.requested(exchange)
                && WebSocketHandshake.offered(exchange).contains(protocol);
    }

    private static HttpRequest spdy(Target kubelet, String path, String protocol) {
        return new HttpRequest("POST", kubelet, path, List.of(), new byte[0], ANSWER)
                .header("Connection", "Upgrade")
                .header("Upgrade", SPDY)
                .header("X-Stream-Protocol-Version", protocol);
    }

    /** What to do with both connections; it returns when they have ended. */
    @FunctionalInterface
    private interface Conversation {
        void run(WebSocket socket, Exchange.RawConnection far) throws IOException;
    }

    private void serve(Exchange exchange, String protocol, HttpRequest request, Conversation conversation)
            throws IOException {
        Optional<String> fault = WebSocketHandshake.fault(exchange);
        if (fault.isPresent()) {
            throw ApiException.badRequest(fault.get());
        }
        Optional<UpgradeAnswer.Switched> answer = forwarder.dial(exchange, request);
        if (answer.isEmpty()) {
            return;
        }
        try (Exchange.RawConnection far = answer.get().connection()) {
            exchange.responseHeader(
                            "Sec-WebSocket-Accept",
                            WebSocketHandshake.accept(
                                    exchange.header("Sec-WebSocket-Key").orElse("")))
                    .responseHeader("Sec-WebSocket-Protocol", protocol);
            WebSocket socket = new WebSocket(exchange.upgrade("websocket"), WebSocket.Role.SERVER, LONGEST_MESSAGE);
            converse(conversation, socket, far);
        }
    }

    /** The answer has begun: a connection that is lost now ends the streams, and there is nobody to tell. */
    private static void converse(Conversation conversation, WebSocket socket, Exchange.RawConnection far) {
        try (socket) {
            conversation.run(socket, far);
        } catch (IOException e) {
            LOG.atDebug().setMessage("streams of a pod were lost").setCause(e).log();
        }
    }
}
