package io.kantoku.network.dns;

import io.kantoku.lab.NetworkStack;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions on one address, by UDP and TCP. The virtual threads {@code dns-udp} and {@code dns-tcp} wait for them; a connection has a thread of its
 * own.
 */
public final class DnsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final int MOST_CONNECTIONS = 100;
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final Supplier<ClusterNames> names;
    private final DatagramChannel datagrams;
    private final ServerSocketChannel listener;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger turn = new AtomicInteger();

    private DnsServer(Supplier<ClusterNames> names, DatagramChannel datagrams, ServerSocketChannel listener) {
        this.names = names;
        this.datagrams = datagrams;
        this.listener = listener;
    }

    /** Listens on an address of a network. */
    public static DnsServer open(NetworkStack network, InetSocketAddress address, Supplier<ClusterNames> names)
            throws IOException {
        DatagramChannel datagrams = network.datagram(address);
        try {
            // Port 0 is for tests: both get the same.
            ServerSocketChannel listener = network.listen((InetSocketAddress) datagrams.getLocalAddress());
            DnsServer server = new DnsServer(names, datagrams, listener);
            Thread.ofVirtual().name("dns-udp").start(server::serveDatagrams);
            Thread.ofVirtual().name("dns-tcp").start(server::serveConnections);
            return server;
        } catch (IOException e) {
            datagrams.close();
            throw e;
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) datagrams.getLocalAddress();
    }

    private void serveDatagrams() {
        ByteBuffer in = ByteBuffer.allocate(DnsMessage.TCP_SIZE);
        while (datagrams.isOpen()) {
            try {
                SocketAddress asker = datagrams.receive(in.clear());
                ByteBuffer reply = answer(in.flip(), false);
                if (reply.hasRemaining()) {
                    datagrams.send(reply, asker);
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) { // an asker that cannot be reached
                LOG.atDebug().setMessage("answer could not be sent").setCause(e).log();
            }
        }
    }

    private void serveConnections() {
        while (listener.isOpen()) {
            try {
                SocketChannel connection = listener.accept();
                connections.add(connection);
                if (connections.size() > MOST_CONNECTIONS) {
                    end(connection);
                } else {
                    Thread.ofVirtual().name("dns-connection").start(() -> serve(connection));
                }
            } catch (AsynchronousCloseException e) {
                return;
            } catch (IOException e) {
                LOG.atDebug().setMessage("connection failed").setCause(e).log();
            }
        }
    }

    private void serve(SocketChannel connection) {
        try {
            Socket socket = connection.socket();
            socket.setSoTimeout(Math.toIntExact(IDLE.toMillis()));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (true) {
                byte[] question = new byte[in.readUnsignedShort()];
                in.readFully(question);
                ByteBuffer reply = answer(ByteBuffer.wrap(question), true);
                if (!reply.hasRemaining()) {
                    return;
                }
                byte[] framed = new byte[2 + reply.remaining()];
                ByteBuffer.wrap(framed).putShort((short) reply.remaining()).put(reply);
                socket.getOutputStream().write(framed);
            }
        } catch (EOFException | SocketTimeoutException | ClosedChannelException e) {
            // the asker has what it wanted
        } catch (IOException e) {
            LOG.atDebug().setMessage("connection broke off").setCause(e).log();
        } finally {
            end(connection);
        }
    }

    private void end(SocketChannel connection) {
        connections.remove(connection);
        try {
            connection.close();
        } catch (IOException e) {
            LOG.atDebug()
                    .setMessage("connection could not be closed")
                    .setCause(e)
                    .log();
        }
    }

    private ByteBuffer answer(ByteBuffer question, boolean tcp) {
        return DnsMessage.read(question)
                .map(query -> {
                    DnsAnswer answer = query.answer()
                            .map(DnsAnswer::empty)
                            .orElseGet(() -> turned(names.get().answer(query.name(), query.type())));
                    return DnsMessage.write(query, answer, tcp ? DnsMessage.TCP_SIZE : query.size());
                })
                .orElseGet(() -> ByteBuffer.allocate(0));
    }

    /** Each asker finds another address first. */
    private DnsAnswer turned(DnsAnswer answer) {
        if (answer.records().size() < 2
                || answer.records().stream().anyMatch(named -> named.record() instanceof DnsRecord.Cname)) {
            return answer;
        }
        List<DnsRecord.Named> records = new ArrayList<>(answer.records());
        Collections.rotate(records, turn.getAndIncrement() & 0xffff);
        return new DnsAnswer(answer.code(), records, answer.authority(), answer.additional());
    }

    @Override
    public void close() {
        try {
            datagrams.close();
            listener.close();
        } catch (IOException e) {
            LOG.atWarn()
                    .setMessage("name server could not be closed")
                    .setCause(e)
                    .log();
        }
        List.copyOf(connections).forEach(this::end);
    }
}
