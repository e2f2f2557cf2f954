package io.kantoku.apiserver.streams;

import io.kantoku.transport.Exchange.RawConnection;
import io.kantoku.transport.websocket.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** The bytes that binary messages of a WebSocket carry, whatever their borders. */
final class WebSocketBytes implements RawConnection {
    private final WebSocket socket;
    private final InputStream input = new Messages();
    private final OutputStream output = new OutputStream() {
        @Override
        public void write(int single) throws IOException {
            socket.write(new byte[] {(byte) single});
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            socket.write(bytes, offset, length);
        }

        @Override
        public void close() {
            socket.close(WebSocket.NORMAL);
        }
    };

    WebSocketBytes(WebSocket socket) {
        this.socket = socket;
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void close() {
        socket.close();
    }

    private final class Messages extends InputStream {
        private byte[] message = new byte[0];
        private int position;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (position == message.length) {
                Optional<byte[]> next = socket.read();
                if (next.isEmpty()) {
                    return -1;
                }
                message = next.get();
                position = 0;
            }
            int count = Math.min(length, message.length - position);
            System.arraycopy(message, position, bytes, offset, count);
            position += count;
            return count;
        }
    }
}
