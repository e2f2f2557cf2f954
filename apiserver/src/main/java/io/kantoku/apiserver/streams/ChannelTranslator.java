package io.kantoku.apiserver.streams;

import io.kantoku.transport.spdy.SpdyConnection;
import io.kantoku.transport.spdy.SpdyFrame;
import io.kantoku.transport.websocket.WebSocket;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Translates {@code v5.channel.k8s.io} over WebSocket, which new clients speak, to {@code v4.channel.k8s.io} over SPDY, which every
 * kubelet does (KEP-4006). Messages of the client's are read on a thread of their own, frames on the caller's.
 */
final class ChannelTranslator {
    private static final int CLOSE = 255;

    private final WebSocket socket;
    private final SpdyConnection spdy;
    private final RemoteCommand command;
    private final Map<Integer, Integer> streamOf = new HashMap<>();
    private final Map<Integer, Integer> channelOf = new HashMap<>();

    ChannelTranslator(WebSocket socket, SpdyConnection spdy, RemoteCommand command) {
        this.socket = socket;
        this.spdy = spdy;
        this.command = command;
    }

    /** Opens the streams, and translates until the kubelet has ended them or either side is gone. */
    void run() throws IOException {
        int stream = 1;
        for (int channel : command.channels()) {
            streamOf.put(channel, stream);
            channelOf.put(stream, channel);
            spdy.write(new SpdyFrame.SynStream(stream, Map.of("streamtype", RemoteCommand.type(channel)), false));
            stream += 2;
        }
        // Clients take the first message, which may be empty, as a sign that the command has begun.
        socket.write(new byte[] {(byte) command.firstOut()});
        Thread.ofVirtual().name("exec-messages").start(this::readMessages);
        int code = WebSocket.INTERNAL_ERROR;
        try {
            readFrames();
            code = WebSocket.NORMAL;
        } finally {
            socket.close(code);
            spdy.close();
        }
    }

    private void readFrames() throws IOException {
        Set<Integer> open = new HashSet<>(channelOf.keySet());
        open.remove(streamOf.get(RemoteCommand.STDIN));
        open.remove(streamOf.get(RemoteCommand.RESIZE));
        while (!open.isEmpty()) {
            Optional<SpdyFrame> next = spdy.read();
            if (next.isEmpty()) {
                return;
            }
            switch (next.get()) {
                case SpdyFrame.Data(int stream, byte[] bytes, boolean fin) -> {
                    deliver(stream, bytes);
                    end(open, stream, fin);
                }
                case SpdyFrame.SynReply(int stream, var _, boolean fin) -> end(open, stream, fin);
                case SpdyFrame.Headers(int stream, var _, boolean fin) -> end(open, stream, fin);
                case SpdyFrame.Reset(int stream, int _) -> open.remove(stream);
                case SpdyFrame.SynStream(int stream, var _, boolean _) -> spdy.write(new SpdyFrame.Reset(stream, 3));
                case SpdyFrame.GoAway _, SpdyFrame.Ping _, SpdyFrame.Other _ -> {}
            }
        }
    }

    private static void end(Set<Integer> open, int stream, boolean fin) {
        if (fin) {
            open.remove(stream);
        }
    }

    private void deliver(int stream, byte[] bytes) throws IOException {
        Integer channel = channelOf.get(stream);
        if (channel != null && bytes.length > 0) {
            byte[] message = new byte[bytes.length + 1];
            message[0] = channel.byteValue();
            System.arraycopy(bytes, 0, message, 1, bytes.length);
            socket.write(message);
        }
    }

    private void readMessages() {
        try {
            for (Optional<byte[]> next = socket.read(); next.isPresent(); next = socket.read()) {
                accept(next.get());
            }
        } catch (IOException e) { // a client that is gone, or breaks the protocol, ends its command
            socket.close();
        }
        spdy.close();
    }

    private void accept(byte[] message) throws IOException {
        if (message.length == 0) {
            return;
        }
        int channel = message[0] & 0xff;
        if (channel == CLOSE) {
            Integer ended = message.length > 1 ? streamOf.get(message[1] & 0xff) : null;
            if (ended != null) {
                spdy.write(new SpdyFrame.Data(ended, new byte[0], true));
            }
            return;
        }
        Integer stream = streamOf.get(channel);
        boolean fromClient = channel == RemoteCommand.STDIN || channel == RemoteCommand.RESIZE;
        if (stream != null && fromClient && message.length > 1) {
            spdy.write(new SpdyFrame.Data(stream, Arrays.copyOfRange(message, 1, message.length), false));
        }
    }
}
