package io.kantoku.kubelet.pod;

import io.kantoku.lab.NetworkStack;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TCP port of the node whose connections are carried to a pod, by two virtual threads each. */
final class StreamPort implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamPort.class);
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int CONNECT_MILLIS = 5_000;

    private final NetworkStack network;
    private final ServerSocketChannel server;
    private final InetSocketAddress pod;

    private StreamPort(NetworkStack network, ServerSocketChannel server, InetSocketAddress pod) {
        this.network = network;
        this.server = server;
        this.pod = pod;
    }

    static StreamPort open(NetworkStack network, InetSocketAddress node, InetSocketAddress pod) throws IOException {
        StreamPort port = new StreamPort(network, network.listen(node), pod);
        Thread.ofVirtual().name("host-port-" + node.getPort()).start(port::accept);
        return port;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().name("host-port").start(() -> carry(client));
            } catch (IOException e) {
                LOG.atTrace()
                        .setMessage("a port of the node was closed")
                        .setCause(e)
                        .log();
            }
        }
    }

    private void carry(SocketChannel client) {
        try (client;
                SocketChannel target = network.socket()) {
            target.socket().connect(pod, CONNECT_MILLIS);
            Thread back = Thread.ofVirtual().name("host-port-back").start(() -> copy(target, client));
            copy(client, target);
            back.join();
        } catch (IOException e) { // the client sees the end of its connection
            LOG.atDebug()
                    .setMessage("a connection to a port of the node was not carried")
                    .addKeyValue("pod", pod)
                    .addKeyValue("why", e.getMessage())
                    .log();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until the one side says that it is done, which is passed on. */
    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
            to.shutdownOutput();
        } catch (IOException e) {
            LOG.atTrace().setMessage("a carried connection ended").setCause(e).log();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
