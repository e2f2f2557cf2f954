package io.kantoku.kubelet.pod;

import io.kantoku.lab.NetworkStack;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A UDP port of the node whose datagrams are carried to a pod: a socket for each client, kept until a minute has passed without an
 * answer, and a virtual thread for each. What comes from more clients than are remembered is dropped.
 */
final class DatagramPort implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramPort.class);
    private static final int LARGEST = 65_535;
    private static final int IDLE_MILLIS = 60_000;
    private static final int MOST_CLIENTS = 1_000;

    private final NetworkStack network;
    private final InetAddress own;
    private final InetSocketAddress pod;
    private final DatagramChannel server;
    private final Map<SocketAddress, DatagramChannel> clients = new ConcurrentHashMap<>();

    private DatagramPort(NetworkStack network, InetAddress own, InetSocketAddress pod, DatagramChannel server) {
        this.network = network;
        this.own = own;
        this.pod = pod;
        this.server = server;
    }

    /** {@code own} is the node's address that the pod sees. */
    static DatagramPort open(NetworkStack network, InetSocketAddress node, InetAddress own, InetSocketAddress pod)
            throws IOException {
        DatagramPort port = new DatagramPort(network, own, pod, network.datagram(node));
        Thread.ofVirtual().name("host-port-" + node.getPort()).start(port::receive);
        return port;
    }

    private void receive() {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        while (server.isOpen()) {
            try {
                packet.setLength(LARGEST);
                server.socket().receive(packet);
                SocketAddress client = packet.getSocketAddress();
                Optional<DatagramChannel> way = way(client);
                if (way.isPresent()) {
                    way.get().socket().send(new DatagramPacket(packet.getData(), packet.getLength(), pod));
                }
            } catch (IOException e) { // closed, or the pod refuses: the sender of datagrams is told nothing
                trace(e);
            }
        }
    }

    private Optional<DatagramChannel> way(SocketAddress client) throws IOException {
        DatagramChannel known = clients.get(client);
        if (known != null && known.isOpen()) {
            return Optional.of(known);
        }
        if (clients.size() >= MOST_CLIENTS) {
            return Optional.empty();
        }
        DatagramChannel fresh = network.datagram(new InetSocketAddress(own, 0));
        fresh.socket().setSoTimeout(IDLE_MILLIS);
        clients.put(client, fresh);
        Thread.ofVirtual().name("host-port-back").start(() -> answer(client, fresh));
        return Optional.of(fresh);
    }

    private void answer(SocketAddress client, DatagramChannel way) {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        try (way) {
            while (server.isOpen()) {
                packet.setLength(LARGEST);
                way.socket().receive(packet);
                if (pod.equals(packet.getSocketAddress())) {
                    server.socket().send(new DatagramPacket(packet.getData(), packet.getLength(), client));
                }
            }
        } catch (IOException e) { // also when nothing has come for long: the client has gone, as far as can be known
            trace(e);
        } finally {
            clients.remove(client, way);
        }
    }

    private static void trace(IOException e) {
        LOG.atTrace().setMessage("a datagram was not carried").setCause(e).log();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (DatagramChannel way : clients.values()) {
            way.close();
        }
    }
}
