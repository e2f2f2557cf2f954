package io.kantoku.network.openflow;

import io.kantoku.network.NetworkException;
import io.kantoku.network.NetworkException.Code;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One conversation with a switch over the socket that it manages itself by. Conversations are short, so that nothing has to be kept
 * alive; a switch answers the first message within a millisecond. Used by one thread.
 */
public final class SwitchConnection implements AutoCloseable {
    /** Flows that the switch learned by itself have this cookie; they are never replaced or removed. */
    public static final long LEARNED = 0x4b4e_4c52_0000_0001L;

    private static final int HEADER = 8;
    private static final int ROUND_SHIFT = 48;
    private static final int LARGEST = 0xffff;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer out = ByteBuffer.allocate(1 << 18);
    private int xid = 1;

    private SwitchConnection(SocketChannel channel, Selector selector) {
        this.channel = channel;
        this.selector = selector;
    }

    /**
     * Begins a conversation.
     *
     * @param socket the switch's own, {@code NAME.mgmt} in its run directory
     */
    public static SwitchConnection open(Path socket) {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                channel.configureBlocking(false);
                Selector selector = Selector.open();
                channel.register(selector, 0);
                SwitchConnection connection = new SwitchConnection(channel, selector);
                new Encoder(connection.out, 0).empty(Encoder.HELLO);
                return connection;
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new NetworkException(
                    Code.FAILED, "no answer from the switch at " + socket + ": " + e.getMessage(), e);
        }
    }

    /** What a switch has: the cookies of its flows, whose upper bits are the round of programming, and its groups. */
    private record Present(Set<Long> cookies, Set<Integer> groups) {}

    /**
     * Makes the switch's flows and groups these, whatever it has: first adds all, then removes the others. Packets meet the old or the new flow at
     * every moment, and connections go on.
     *
     * @return the cookie for later changes
     */
    public long replaceAll(FlowSet desired, List<Change> additions) {
        Present present = present();
        long last = present.cookies().stream()
                .filter(cookie -> cookie != LEARNED)
                .mapToLong(cookie -> cookie >>> ROUND_SHIFT)
                .max()
                .orElse(0);
        // Sixteen bits of rounds, none of them zero.
        long cookie = (last % 0xffff + 1) << ROUND_SHIFT;
        send(additions, cookie);
        for (long old : present.cookies()) {
            if (old != LEARNED && old != cookie) {
                write(encoder -> encoder.removeAll(old));
            }
        }
        for (int group : present.groups()) {
            if (!desired.groups().containsKey(group)) {
                write(encoder -> encoder.removeGroup(group));
            }
        }
        barrier();
        return cookie;
    }

    /** Carries changes out and waits until the switch has. */
    public void apply(List<Change> changes, long cookie) {
        send(changes, cookie);
        barrier();
    }

    private void send(List<Change> changes, long cookie) {
        for (Change change : changes) {
            write(encoder -> {
                switch (change) {
                    case Change.PutFlow put -> encoder.put(put.flow(), cookie);
                    case Change.RemoveFlow remove -> encoder.remove(remove.key());
                    case Change.PutGroup put -> encoder.put(put.group());
                    case Change.RemoveGroup remove -> encoder.removeGroup(remove.id());
                }
            });
        }
    }

    private Present present() {
        Set<Long> cookies = new HashSet<>();
        ask(Encoder::requestFlows, body -> {
            while (body.remaining() > 0) {
                int start = body.position();
                int length = Short.toUnsignedInt(body.getShort(start));
                cookies.add(body.getLong(start + 24));
                body.position(start + length);
            }
        });
        Set<Integer> groups = new HashSet<>();
        ask(Encoder::requestGroups, body -> {
            while (body.remaining() > 0) {
                int start = body.position();
                int length = Short.toUnsignedInt(body.getShort(start));
                groups.add(body.getInt(start + 4));
                body.position(start + length);
            }
        });
        return new Present(cookies, groups);
    }

    private void write(Consumer<Encoder> message) {
        if (out.remaining() < LARGEST) {
            flush();
        }
        message.accept(new Encoder(out, xid));
    }

    private void flush() {
        try {
            out.flip();
            while (out.hasRemaining()) {
                if (channel.write(out) == 0) {
                    await(SelectionKey.OP_WRITE);
                }
            }
            out.clear();
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /** Waits for everything sent so far. */
    private void barrier() {
        write(encoder -> encoder.empty(Encoder.BARRIER_REQUEST));
        flush();
        while (true) {
            ByteBuffer message = read();
            if (message.get(1) == Encoder.BARRIER_REPLY && message.getInt(4) == xid) {
                xid++;
                return;
            }
        }
    }

    private void ask(Consumer<Encoder> request, Consumer<ByteBuffer> part) {
        write(request);
        flush();
        while (true) {
            ByteBuffer message = read();
            if (message.get(1) == Encoder.MULTIPART_REPLY && message.getInt(4) == xid) {
                boolean more = (message.getShort(10) & 1) != 0;
                part.accept(message.slice(16, message.limit() - 16));
                if (!more) {
                    xid++;
                    return;
                }
            }
        }
    }

    /** The next message; answers what only keeps the conversation alive, and fails on errors. */
    private ByteBuffer read() {
        try {
            ByteBuffer header = readFully(HEADER);
            int length = Short.toUnsignedInt(header.getShort(2));
            ByteBuffer message = ByteBuffer.allocate(length).put(header);
            message.put(readFully(length - HEADER)).flip();
            if (message.get(1) == Encoder.ERROR) {
                throw new NetworkException(
                        Code.FAILED,
                        "the switch refused a message: OpenFlow error type " + message.getShort(8) + ", code "
                                + message.getShort(10));
            }
            return message;
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private ByteBuffer readFully(int bytes) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(bytes);
        while (in.hasRemaining()) {
            int read = channel.read(in);
            if (read < 0) {
                throw new EOFException("it hung up");
            }
            if (read == 0) {
                await(SelectionKey.OP_READ);
            }
        }
        return in.flip();
    }

    private void await(int operation) throws IOException {
        Objects.requireNonNull(channel.keyFor(selector)).interestOps(operation);
        if (selector.select(_ -> {}, PATIENCE.toMillis()) == 0) {
            throw new IOException("no answer within " + PATIENCE.toSeconds() + " s");
        }
    }

    private static NetworkException lost(IOException cause) {
        return new NetworkException(
                Code.FAILED, "the conversation with the switch broke off: " + cause.getMessage(), cause);
    }

    @Override
    public void close() {
        try (channel) {
            selector.close();
        } catch (IOException e) {
            throw lost(e);
        }
    }
}
