package io.kantoku.loadbalancer.appliance;

import io.kantoku.lab.NetworkStack;
import io.kantoku.loadbalancer.VirtualServer.Target;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers each line that somebody sends with its name, in whatever network it was opened; and a visitor that comes from any network.
 */
final class RemoteSite implements AutoCloseable {
    private final ServerSocketChannel listener;
    private final String name;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private RemoteSite(ServerSocketChannel listener, String name) {
        this.listener = listener;
        this.name = name;
    }

    static RemoteSite open(NetworkStack stack, String address, String name) throws IOException {
        RemoteSite site = new RemoteSite(stack.listen(new InetSocketAddress(address, 0)), name);
        Thread.ofPlatform().daemon().name("site-" + name).start(site::accept);
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
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        try (visitor) {
            while (visitor.read(buffer.clear()) > 0) {
                visitor.write(ByteBuffer.wrap((name + "\n").getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            // a visitor that went away
        } finally {
            open.remove(visitor);
        }
    }

    Target target() {
        try {
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            return new Target(address.getAddress().getHostAddress(), address.getPort());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A connection to a site. */
    record Visit(SocketChannel channel) implements AutoCloseable {
        /** The name of the site at the other end. */
        String ask() throws IOException {
            Socket socket = channel.socket();
            socket.setSoTimeout(10_000);
            channel.write(ByteBuffer.wrap("who\n".getBytes(StandardCharsets.UTF_8)));
            StringBuilder answer = new StringBuilder();
            for (int c = socket.getInputStream().read();
                    c != '\n';
                    c = socket.getInputStream().read()) {
                if (c < 0) {
                    throw new SocketException("closed before an answer came");
                }
                answer.append((char) c);
            }
            return answer.toString();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    static Visit visit(NetworkStack from, String host, int port) throws IOException {
        SocketChannel channel = from.socket();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(new InetSocketAddress(host, port), 5_000);
            return new Visit(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** The name of the site that answers there. */
    static String get(NetworkStack from, String host, int port) {
        try (Visit visit = visit(from, host, port)) {
            return visit.ask();
        } catch (IOException e) {
            throw new AssertionError("nobody answers at " + host + ":" + port + ": " + e, e);
        }
    }

    /** Whether nobody says anything to who connects there. */
    static boolean silent(NetworkStack from, String host, int port) throws IOException {
        try (SocketChannel channel = from.socket()) {
            channel.socket().connect(new InetSocketAddress(host, port), 500);
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    static boolean refused(NetworkStack from, String host, int port) {
        try (Visit visit = visit(from, host, port)) {
            return !visit.channel().isConnected();
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (SocketChannel visitor : open) {
                visitor.close();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
