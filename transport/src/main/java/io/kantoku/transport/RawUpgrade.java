package io.kantoku.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** A connection after {@code 101 Switching Protocols}: blocking streams for one reader and one writer. */
final class RawUpgrade extends AbstractConnection implements Connection.UpgradeTo, Exchange.RawConnection {
    private static final int BUFFER = 16 * 1024;

    private final CompletableFuture<Void> open = new CompletableFuture<>();
    private final Input input = new Input();
    private final Output output = new Output();
    private ByteBuffer received = BufferUtil.EMPTY_BUFFER;

    RawUpgrade(EndPoint endPoint, Executor executor) {
        super(endPoint, executor);
    }

    @Override
    public void onUpgradeTo(ByteBuffer unconsumed) {
        received = BufferUtil.copy(unconsumed);
    }

    @Override
    public void onOpen() {
        super.onOpen();
        open.complete(null);
    }

    @Override
    public void onClose(Throwable cause) {
        super.onClose(cause);
        open.completeExceptionally(new IOException("the client closed the connection"));
    }

    @Override
    public void onFillable() {
        // Readers register callbacks of their own.
    }

    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        return false;
    }

    void awaitOpen() throws IOException {
        await(open);
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    private static void await(CompletableFuture<Void> progress) throws IOException {
        try {
            progress.get();
        } catch (ExecutionException e) {
            throw new IOException("the upgraded connection failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (!received.hasRemaining()) {
                if (received.capacity() < BUFFER) {
                    received = BufferUtil.allocate(BUFFER);
                }
                BufferUtil.clear(received);
                int filled = getEndPoint().fill(received);
                if (filled < 0) {
                    return -1;
                }
                if (filled == 0) {
                    Callback.Completable readable = new Callback.Completable();
                    getEndPoint().fillInterested(readable);
                    await(readable);
                }
            }
            int count = Math.min(length, received.remaining());
            received.get(bytes, offset, count);
            return count;
        }

        @Override
        public int available() {
            return received.remaining();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Callback.Completable written = new Callback.Completable();
            getEndPoint().write(written, ByteBuffer.wrap(bytes, offset, length));
            await(written);
        }

        @Override
        public void close() {
            getEndPoint().shutdownOutput();
        }
    }
}
