package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.websocket.WebSocket;
import io.kantoku.transport.websocket.WebSocketHandshake;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * The events of a watch as WebSocket messages, one text message an event, as upstream serves them to clients that ask for an
 * upgrade (browsers, fabric8). What the client sends is read and dropped; its close ends the watch.
 */
final class WatchMessages extends OutputStream {
    private static final int LONGEST_INCOMING = 64 * 1024;

    private final WebSocket socket;
    private final Runnable gone;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    private WatchMessages(WebSocket socket, Runnable gone) {
        this.socket = socket;
        this.gone = gone;
    }

    /**
     * Answers the handshake.
     *
     * @param gone what to do when the client ends the connection
     * @throws ApiException 400 when it is wrong
     */
    static OutputStream open(Exchange exchange, Runnable gone) throws IOException {
        Optional<String> fault = WebSocketHandshake.fault(exchange);
        if (fault.isPresent()) {
            throw ApiException.badRequest(fault.get());
        }
        exchange.responseHeader(
                "Sec-WebSocket-Accept",
                WebSocketHandshake.accept(exchange.header("Sec-WebSocket-Key").orElse("")));
        WebSocket socket = new WebSocket(exchange.upgrade("websocket"), WebSocket.Role.SERVER, LONGEST_INCOMING);
        Thread.ofVirtual().name("watch-messages").start(() -> drain(socket, gone));
        return new WatchMessages(socket, gone);
    }

    private static void drain(WebSocket socket, Runnable gone) {
        try {
            while (socket.read().isPresent()) {
                // a client of a watch has nothing to say
            }
        } catch (IOException e) {
            // the connection is lost, which the writer finds out as well
        }
        gone.run();
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        message.write(bytes, offset, length);
        if (length > 0
                && bytes[offset + length - 1] == '\n') { // JSON has no line break of its own, so an event ends here
            byte[] event = message.toByteArray();
            message.reset();
            try {
                socket.writeText(event, 0, event.length - 1);
            } catch (IOException e) { // nobody is left to be told
                gone.run();
            }
        }
    }

    @Override
    public void close() {
        socket.close(WebSocket.NORMAL);
        socket.close();
    }
}
