package io.kantoku.network.bench;

import io.kantoku.lab.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;

/**
 * A server that swallows or returns what it gets, and clients of it. Both ends are threads of this process; each measurement is
 * bounded in time.
 */
public final class Load implements AutoCloseable {
    private static final int CHUNK = 1 << 18;
    private static final int PING = 64;
    private static final int MOST_PINGS = 20_000;
    private static final int CONNECT_MILLIS = 5000;
    private static final byte SWALLOW = 1;
    private static final byte RETURN = 2;

    private final ServerSocketChannel server;

    /** Listens until it is closed. */
    public Load(NetworkNamespace network, String address, int port) throws IOException {
        server = network.listen(new InetSocketAddress(InetAddress.ofLiteral(address), port));
        Thread.ofPlatform().daemon().name("bench-server").start(this::accept);
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel connection = server.accept();
                Thread.ofPlatform().daemon().name("bench-connection").start(() -> serve(connection));
            } catch (AsynchronousCloseException e) {
                return;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private static void serve(SocketChannel connection) {
        try (connection) {
            connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
            buffer.limit(1);
            connection.read(buffer);
            boolean returns = buffer.get(0) == RETURN;
            while (connection.read(buffer.clear()) >= 0) {
                if (returns) {
                    buffer.flip();
                    while (buffer.hasRemaining()) {
                        connection.write(buffer);
                    }
                }
            }
        } catch (IOException e) {
            // the client has measured enough
        }
    }

    private static SocketChannel connect(NetworkNamespace client, String address, int port, byte kind)
            throws IOException {
        SocketChannel channel = client.socket();
        channel.socket().connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), CONNECT_MILLIS);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.write(ByteBuffer.wrap(new byte[] {kind}));
        return channel;
    }

    /**
     * What the way from a network to a server of this class carries.
     *
     * @param time for each of the two figures; a quarter of it is spent before, so that code is compiled
     */
    public static Measured measure(
            String network, String path, NetworkNamespace client, String address, int port, Duration time)
            throws IOException {
        throughput(client, address, port, time.dividedBy(4));
        roundTrips(client, address, port, time.dividedBy(4));
        double gigabits = throughput(client, address, port, time);
        double[] micros = roundTrips(client, address, port, time);
        return new Measured(network, path, gigabits, micros[micros.length / 2], micros[micros.length * 99 / 100]);
    }

    /** Gigabits per second that a connection carries. */
    static double throughput(NetworkNamespace client, String address, int port, Duration time) throws IOException {
        try (SocketChannel channel = connect(client, address, port, SWALLOW)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
            long bytes = 0;
            long start = System.nanoTime();
            while (System.nanoTime() - start < time.toNanos()) {
                bytes += channel.write(buffer.clear());
            }
            return bytes * 8.0 / (System.nanoTime() - start);
        }
    }

    /** Microseconds there and back, sorted. */
    static double[] roundTrips(NetworkNamespace client, String address, int port, Duration time) throws IOException {
        double[] micros = new double[MOST_PINGS];
        int count = 0;
        try (SocketChannel channel = connect(client, address, port, RETURN)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(PING);
            long start = System.nanoTime();
            while (count < MOST_PINGS && System.nanoTime() - start < time.toNanos()) {
                long sent = System.nanoTime();
                channel.write(buffer.clear());
                buffer.clear();
                while (buffer.hasRemaining()) {
                    if (channel.read(buffer) < 0) {
                        throw new IOException("the server hung up");
                    }
                }
                micros[count++] = (System.nanoTime() - sent) / 1000.0;
            }
        }
        double[] sorted = Arrays.copyOf(micros, count);
        Arrays.sort(sorted);
        return sorted;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
