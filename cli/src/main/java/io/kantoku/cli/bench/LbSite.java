package io.kantoku.cli.bench;

import io.kantoku.lab.NetworkStack;
import io.kantoku.loadbalancer.VirtualServer.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server behind the load balancer, in whatever network it was opened. It answers each byte with one, and the byte {@code B} with
 * as many as {@link #BULK} says.
 */
final class LbSite implements AutoCloseable {
    static final long BULK = 256L << 20;
    private static final int BUFFER = 256 << 10;

    private final ServerSocketChannel listener;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private LbSite(ServerSocketChannel listener) {
        this.listener = listener;
    }

    static LbSite open(NetworkStack stack, String address) throws IOException {
        LbSite site = new LbSite(stack.listen(new InetSocketAddress(InetAddress.ofLiteral(address), 0)));
        Thread.ofPlatform().daemon().name("bench-site").start(site::accept);
        return site;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel visitor = listener.accept();
                open.add(visitor);
                Thread.ofVirtual().start(() -> serve(visitor));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(SocketChannel visitor) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try (visitor) {
            while (visitor.read(buffer.clear().limit(1)) > 0) {
                long left = buffer.get(0) == 'B' ? BULK : 1;
                while (left > 0) {
                    buffer.clear().limit((int) Math.min(BUFFER, left));
                    left -= visitor.write(buffer);
                }
            }
        } catch (IOException e) {
            // a visitor that went away
        } finally {
            open.remove(visitor);
        }
    }

    Target target() throws IOException {
        InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
        return new Target(address.getAddress().getHostAddress(), address.getPort());
    }

    /** A connection to a site. */
    record Visit(SocketChannel channel) implements AutoCloseable {
        static Visit to(NetworkStack from, Target target, int millis) throws IOException {
            SocketChannel channel = from.socket();
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.socket()
                        .connect(new InetSocketAddress(InetAddress.ofLiteral(target.address()), target.port()), millis);
                channel.socket().setSoTimeout(millis);
                return new Visit(channel);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }

        /** Sends a byte and waits for the answer. */
        void ask() throws IOException {
            channel.socket().getOutputStream().write('a');
            if (channel.socket().getInputStream().read() < 0) {
                throw new SocketException("closed before an answer came");
            }
        }

        /** Asks for many bytes and takes them. */
        void take() throws IOException {
            channel.socket().getOutputStream().write('B');
            byte[] buffer = new byte[BUFFER];
            long left = BULK;
            while (left > 0) {
                int read = channel.socket().getInputStream().read(buffer);
                if (read < 0) {
                    throw new SocketException("closed with " + left + " bytes to come");
                }
                left -= read;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel visitor : open) {
            visitor.close();
        }
    }
}
