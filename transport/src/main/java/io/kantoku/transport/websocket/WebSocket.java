package io.kantoku.transport.websocket;

import io.kantoku.transport.Exchange.RawConnection;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Messages over an upgraded connection. One thread reads, any thread writes; a ping is answered and a close is replied to by the
 * reading thread.
 */
public final class WebSocket implements AutoCloseable {
    /** An orderly end. */
    public static final int NORMAL = 1000;
    /** The peer broke the protocol. */
    public static final int PROTOCOL_ERROR = 1002;
    /** The peer's message is longer than is taken here. */
    public static final int TOO_BIG = 1009;
    /** Something went wrong on this side. */
    public static final int INTERNAL_ERROR = 1011;

    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;
    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;
    private static final int LONGEST_CONTROL = 125;

    /** Which end of the connection this is: clients mask what they send, servers do not. */
    public enum Role {
        SERVER,
        CLIENT
    }

    private final RawConnection connection;
    private final DataInputStream in;
    private final OutputStream out;
    private final Role role;
    private final int longest;
    private final SecureRandom masks = new SecureRandom();
    private final ReentrantLock writing = new ReentrantLock();
    private boolean closeSent; // guarded by writing

    /** @param longest the bytes of a message that is taken */
    public WebSocket(RawConnection connection, Role role, int longest) {
        this.connection = connection;
        this.in = new DataInputStream(connection.input());
        this.out = connection.output();
        this.role = role;
        this.longest = longest;
    }

    @SuppressWarnings("ArrayRecordComponent") // frames are not compared
    private record Frame(int opcode, boolean last, byte[] payload) {}

    /** Why a connection has to end, told to the peer. */
    private static final class Violation extends IOException {
        private static final long serialVersionUID = 1L;

        private final int code;

        Violation(int code, String message) {
            super(message);
            this.code = code;
        }
    }

    /**
     * The next message, text or binary; empty when the peer has ended the connection.
     *
     * @throws IOException when the connection is lost, or the peer breaks the protocol, of which it is told
     */
    public Optional<byte[]> read() throws IOException {
        try {
            return message();
        } catch (Violation e) {
            close(e.code);
            throw e;
        }
    }

    private Optional<byte[]> message() throws IOException {
        byte[] message = new byte[0];
        boolean begun = false;
        while (true) {
            Optional<Frame> next = frame(longest - message.length);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            Frame frame = next.get();
            switch (frame.opcode()) {
                case PING -> send(PONG, frame.payload(), 0, frame.payload().length);
                case PONG -> {}
                case CLOSE -> {
                    reply(frame.payload());
                    return Optional.empty();
                }
                case TEXT, BINARY, CONTINUATION -> {
                    if (begun != (frame.opcode() == CONTINUATION)) {
                        throw new Violation(PROTOCOL_ERROR, "fragments of messages are mixed");
                    }
                    begun = true;
                    message = joined(message, frame.payload());
                    if (frame.last()) {
                        return Optional.of(message);
                    }
                }
                default -> throw new Violation(PROTOCOL_ERROR, "unknown opcode " + frame.opcode());
            }
        }
    }

    private static byte[] joined(byte[] message, byte[] more) {
        if (message.length == 0) {
            return more;
        }
        byte[] both = Arrays.copyOf(message, message.length + more.length);
        System.arraycopy(more, 0, both, message.length, more.length);
        return both;
    }

    private Optional<Frame> frame(int room) throws IOException {
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        int second = in.readUnsignedByte();
        boolean masked = (second & MASKED) != 0;
        int opcode = first & 0x0f;
        boolean control = opcode >= CLOSE;
        if ((first & RESERVED) != 0 || masked != (role == Role.SERVER)) {
            throw new Violation(PROTOCOL_ERROR, "reserved bits are set, or masking is wrong");
        }
        long length = second & 0x7f;
        if (control && (length > LONGEST_CONTROL || (first & FIN) == 0)) {
            throw new Violation(PROTOCOL_ERROR, "a control frame is long or fragmented");
        }
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        if (length < 0 || (!control && length > room)) {
            throw new Violation(TOO_BIG, "a message is longer than " + longest + " bytes");
        }
        byte[] mask = masked ? in.readNBytes(4) : new byte[4];
        byte[] payload = in.readNBytes((int) length);
        if (mask.length < 4 || payload.length < length) {
            throw new IOException("the connection ended within a frame");
        }
        if (masked) {
            apply(mask, payload);
        }
        return Optional.of(new Frame(opcode, (first & FIN) != 0, payload));
    }

    private static void apply(byte[] mask, byte[] payload) {
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
    }

    /** Sends a binary message. */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        send(BINARY, bytes, offset, length);
    }

    /** Sends a binary message. */
    public void write(byte[] message) throws IOException {
        write(message, 0, message.length);
    }

    /** Sends a text message. */
    public void write(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        send(TEXT, bytes, 0, bytes.length);
    }

    /** Sends a text message that is UTF-8 already. */
    public void writeText(byte[] utf8, int offset, int length) throws IOException {
        send(TEXT, utf8, offset, length);
    }

    private void send(int opcode, byte[] bytes, int offset, int length) throws IOException {
        int extended = length < 126 ? 0 : length <= 0xffff ? 2 : 8;
        ByteBuffer frame = ByteBuffer.allocate(2 + extended + (role == Role.CLIENT ? 4 : 0) + length);
        frame.put((byte) (FIN | opcode));
        int masked = role == Role.CLIENT ? MASKED : 0;
        switch (extended) {
            case 0 -> frame.put((byte) (masked | length));
            case 2 -> frame.put((byte) (masked | 126)).putShort((short) length);
            default -> frame.put((byte) (masked | 127)).putLong(length);
        }
        byte[] mask = new byte[4];
        if (role == Role.CLIENT) {
            masks.nextBytes(mask);
            frame.put(mask);
        }
        for (int i = 0; i < length; i++) {
            frame.put((byte) (bytes[offset + i] ^ mask[i & 3]));
        }
        writing.lock();
        try {
            if (closeSent) {
                throw new IOException("the WebSocket has been closed");
            }
            closeSent = opcode == CLOSE;
            out.write(frame.array());
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    private void reply(byte[] payload) throws IOException {
        writing.lock();
        try {
            if (!closeSent) {
                send(CLOSE, payload, 0, Math.min(2, payload.length));
            }
        } finally {
            writing.unlock();
        }
    }

    /** Tells the peer that this side has ended; what it still sends can be read until its own end. */
    public void close(int code) {
        writing.lock();
        try {
            if (!closeSent) {
                send(CLOSE, new byte[] {(byte) (code >> 8), (byte) code}, 0, 2);
            }
        } catch (IOException e) { // the peer is gone, which is what was to be said
            connection.close();
        } finally {
            writing.unlock();
        }
    }

    /** Drops the connection. */
    @Override
    public void close() {
        connection.close();
    }
}
