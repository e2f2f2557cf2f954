package io.kantoku.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** An answer of unknown length. Small writes are gathered until {@code flush()}; an idle stream holds no buffer. */
final class ResponseStream extends OutputStream {
    private static final int GATHERED = 16 * 1024;
    private static final byte[] NO_BYTES = {};

    private final JettyExchange exchange;
    private byte[] gathered = NO_BYTES;
    private int size;
    private boolean closed;

    ResponseStream(JettyExchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (closed) {
            throw new IOException("the answer has ended");
        }
        if (size + length > GATHERED) {
            drain();
        }
        if (length >= GATHERED) {
            exchange.writePart(bytes, offset, length);
            return;
        }
        if (size + length > gathered.length) {
            gathered = Arrays.copyOf(gathered, Math.min(GATHERED, Math.max(512, 2 * (size + length))));
        }
        System.arraycopy(bytes, offset, gathered, size, length);
        size += length;
    }

    private void drain() throws IOException {
        if (size > 0) {
            send();
        }
    }

    private void send() throws IOException {
        byte[] bytes = gathered;
        int length = size;
        size = 0;
        gathered = NO_BYTES;
        exchange.writePart(bytes, 0, length);
    }

    /** Sends what was written; the first flush also sends the headers, with or without bytes. */
    @Override
    public void flush() throws IOException {
        if (!closed) {
            send();
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            exchange.write(true, ByteBuffer.wrap(gathered, 0, size));
            gathered = NO_BYTES;
            exchange.complete();
        }
    }
}
