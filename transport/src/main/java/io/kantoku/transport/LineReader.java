package io.kantoku.transport;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** Splits a stream at line feeds, without decoding it; for one thread. */
final class LineReader {
    private static final int BUFFER = 8 * 1024;

    private final InputStream in;
    private byte[] buffer = new byte[0];
    private int position;
    private int limit;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** The next line; the last one may lack its line feed. */
    Optional<byte[]> next() throws IOException {
        int searched = position;
        while (true) {
            for (int i = searched; i < limit; i++) {
                if (buffer[i] == '\n') {
                    byte[] line = Arrays.copyOfRange(buffer, position, i);
                    position = i + 1;
                    return Optional.of(line);
                }
            }
            int unread = limit - position;
            if (position > 0) {
                System.arraycopy(buffer, position, buffer, 0, unread);
                position = 0;
                limit = unread;
            }
            searched = limit;
            if (limit == buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.max(BUFFER, 2 * buffer.length));
            }
            int read = in.read(buffer, limit, buffer.length - limit);
            if (read < 0) {
                byte[] last = Arrays.copyOfRange(buffer, 0, limit);
                limit = 0;
                return last.length == 0 ? Optional.empty() : Optional.of(last);
            }
            limit += read;
        }
    }
}
