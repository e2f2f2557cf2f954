package io.kantoku.transport.spdy;

import io.kantoku.transport.Exchange.RawConnection;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Frames over an upgraded connection. One thread reads, any thread writes; pings are answered by the reading thread. */
public final class SpdyConnection implements AutoCloseable {
    private static final int CONTROL = 0x8000;
    private static final int VERSION = 3;
    private static final int SYN_STREAM = 1;
    private static final int SYN_REPLY = 2;
    private static final int RST_STREAM = 3;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int HEADERS = 8;
    private static final int FIN = 1;
    private static final int LONGEST_CONTROL = 64 * 1024;
    private static final int LONGEST_DATA = 1 << 23;
    private static final int STREAM_MASK = 0x7fff_ffff;

    private final RawConnection connection;
    private final boolean client;
    private final DataInputStream in;
    private final OutputStream out;
    private final HeaderBlocks blocks = new HeaderBlocks();
    private final ReentrantLock writing = new ReentrantLock();

    /** @param client whether this side opens streams with odd numbers, and sends odd pings */
    public SpdyConnection(RawConnection connection, boolean client) {
        this.connection = connection;
        this.client = client;
        this.in = new DataInputStream(connection.input());
        this.out = connection.output();
    }

    /**
     * The next frame that is no ping of the peer's; empty at the orderly end of the connection.
     *
     * @throws IOException when the connection is lost, or what comes is not SPDY/3
     */
    public Optional<SpdyFrame> read() throws IOException {
        while (true) {
            Optional<SpdyFrame> frame = next();
            if (frame.isPresent() && frame.get() instanceof SpdyFrame.Ping(int id) && odd(id) != client) {
                write(frame.get());
            } else {
                return frame;
            }
        }
    }

    private static boolean odd(int id) {
        return (id & 1) == 1;
    }

    private Optional<SpdyFrame> next() throws IOException {
        int high = in.read();
        if (high < 0) {
            return Optional.empty();
        }
        int first = (high << 8) | in.readUnsignedByte();
        int second = in.readUnsignedShort();
        int flags = in.readUnsignedByte();
        int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
        boolean control = (first & CONTROL) != 0;
        if (length > (control ? LONGEST_CONTROL : LONGEST_DATA)) {
            throw new IOException("a SPDY frame of " + length + " bytes is too long");
        }
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException("the connection ended within a SPDY frame");
        }
        boolean fin = (flags & FIN) != 0;
        if (!control) {
            return Optional.of(new SpdyFrame.Data(((first << 16) | second) & STREAM_MASK, payload, fin));
        }
        if ((first & ~CONTROL) != VERSION) {
            throw new IOException("SPDY of version " + (first & ~CONTROL) + " is not spoken here");
        }
        try {
            return Optional.of(control(second, fin, ByteBuffer.wrap(payload)));
        } catch (BufferUnderflowException e) {
            throw new IOException("a SPDY frame is cut off", e);
        }
    }

    private SpdyFrame control(int type, boolean fin, ByteBuffer payload) throws IOException {
        return switch (type) {
            case SYN_STREAM -> {
                int stream = payload.getInt() & STREAM_MASK;
                payload.position(payload.position() + 6); // the associated stream, priority and slot mean nothing here
                yield new SpdyFrame.SynStream(stream, blocks.decode(payload), fin);
            }
            case SYN_REPLY -> new SpdyFrame.SynReply(payload.getInt() & STREAM_MASK, blocks.decode(payload), fin);
            case HEADERS -> new SpdyFrame.Headers(payload.getInt() & STREAM_MASK, blocks.decode(payload), fin);
            case RST_STREAM -> new SpdyFrame.Reset(payload.getInt() & STREAM_MASK, payload.getInt());
            case PING -> new SpdyFrame.Ping(payload.getInt());
            case GOAWAY ->
                new SpdyFrame.GoAway(payload.getInt() & STREAM_MASK, payload.hasRemaining() ? payload.getInt() : 0);
            default -> new SpdyFrame.Other(type);
        };
    }

    /** Sends a frame as a whole. */
    public void write(SpdyFrame frame) throws IOException {
        writing.lock();
        try {
            out.write(encode(frame));
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    /** Must be called in the order of sending: header blocks are compressed one after the other. */
    private byte[] encode(SpdyFrame frame) {
        return switch (frame) {
            case SpdyFrame.SynStream(int stream, Map<String, String> headers, boolean fin) -> {
                byte[] block = blocks.encode(headers);
                yield control(SYN_STREAM, fin, 10 + block.length)
                        .putInt(stream)
                        .putInt(0)
                        .putShort((short) 0)
                        .put(block)
                        .array();
            }
            case SpdyFrame.SynReply(int stream, Map<String, String> headers, boolean fin) ->
                headers(SYN_REPLY, stream, headers, fin);
            case SpdyFrame.Headers(int stream, Map<String, String> headers, boolean fin) ->
                headers(HEADERS, stream, headers, fin);
            case SpdyFrame.Data(int stream, byte[] bytes, boolean fin) ->
                ByteBuffer.allocate(8 + bytes.length)
                        .putInt(stream)
                        .putInt(((fin ? FIN : 0) << 24) | bytes.length)
                        .put(bytes)
                        .array();
            case SpdyFrame.Reset(int stream, int status) ->
                control(RST_STREAM, false, 8).putInt(stream).putInt(status).array();
            case SpdyFrame.Ping(int id) -> control(PING, false, 4).putInt(id).array();
            case SpdyFrame.GoAway(int last, int status) ->
                control(GOAWAY, false, 8).putInt(last).putInt(status).array();
            case SpdyFrame.Other(int type) ->
                throw new IllegalArgumentException("frames of type " + type + " are not sent");
        };
    }

    private byte[] headers(int type, int stream, Map<String, String> headers, boolean fin) {
        byte[] block = blocks.encode(headers);
        return control(type, fin, 4 + block.length).putInt(stream).put(block).array();
    }

    private static ByteBuffer control(int type, boolean fin, int length) {
        return ByteBuffer.allocate(8 + length)
                .putShort((short) (CONTROL | VERSION))
                .putShort((short) type)
                .putInt(((fin ? FIN : 0) << 24) | length);
    }

    /** Drops the connection; a reader is woken. */
    @Override
    public void close() {
        connection.close();
    }
}
