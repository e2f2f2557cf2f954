package io.kantoku.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Two ends of a connection, without a server. */
public record Pipes(Exchange.RawConnection one, Exchange.RawConnection other) implements AutoCloseable {
    public static Pipes open() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            SocketChannel client = SocketChannel.open(server.getLocalAddress());
            return new Pipes(new End(client), new End(server.accept()));
        }
    }

    @Override
    public void close() {
        one.close();
        other.close();
    }

    private record End(SocketChannel channel) implements Exchange.RawConnection {
        @Override
        public InputStream input() {
            return Channels.newInputStream(channel);
        }

        @Override
        public OutputStream output() {
            return Channels.newOutputStream(channel);
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
