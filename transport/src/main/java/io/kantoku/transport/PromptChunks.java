package io.kantoku.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.eclipse.jetty.http.HttpGenerator;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 connections whose chunks are whole when they are sent. */
final class PromptChunks extends HttpConnectionFactory {
    /*
     * The line end that ends a chunk (RFC 9112, 7.1) is sent by Jetty in front of the next one. Clients that read chunk by chunk,
     * such as urllib3 under Python's Kubernetes client, wait for it: they would see each event of a watch when the next one comes.
     * So content that is streamed brings the line end with it (see `ended`), and the size that is written does not count it.
     */
    private static final byte[] LINE_END = {'\r', '\n'};

    PromptChunks(HttpConfiguration configuration) {
        super(configuration);
    }

    /** Bytes as the content of one chunk, with the end of the chunk. */
    static ByteBuffer ended(byte[] bytes, int offset, int length) {
        byte[] content = Arrays.copyOfRange(bytes, offset, offset + length + LINE_END.length);
        System.arraycopy(LINE_END, 0, content, length, LINE_END.length);
        return ByteBuffer.wrap(content);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        HttpConnection connection = new HttpConnection(getHttpConfiguration(), connector, endPoint) {
            @Override
            protected HttpGenerator newHttpGenerator() {
                return new Generator();
            }
        };
        return configure(connection, connector, endPoint);
    }

    /** Corrects what Jetty writes before the content of a chunk. Used by one connection at a time, as its parent. */
    private static final class Generator extends HttpGenerator {
        private boolean ended;

        @Override
        public Result generateResponse(
                MetaData.@Nullable Response info,
                boolean head,
                @Nullable ByteBuffer header,
                @Nullable ByteBuffer chunk,
                @Nullable ByteBuffer content,
                boolean last)
                throws IOException {
            boolean chunking = isChunking(); // no longer once the last chunk is made
            Result result = super.generateResponse(info, head, header, chunk, content, last);
            if (result == Result.FLUSH && (chunking || isChunking()) && !head) {
                if (chunk != null && chunk.hasRemaining()) {
                    if (ended && chunk.get(chunk.position()) == LINE_END[0]) {
                        chunk.position(chunk.position() + LINE_END.length);
                    }
                    correct(chunk, content);
                } else if (header != null && header.hasRemaining()) {
                    correct(header, content); // the size of the first chunk follows the headers
                }
            }
            return result;
        }

        /** Takes the line end off the size, which is the last line before the content. */
        private void correct(ByteBuffer before, @Nullable ByteBuffer content) {
            ended = false;
            if (content != null && endsLine(content)) {
                ended = true;
                int begin = before.position();
                int line = before.limit() - LINE_END.length;
                while (line > begin && before.get(line - 1) != LINE_END[1]) {
                    line--;
                }
                before.limit(before.capacity()).position(line);
                BufferUtil.putHexInt(before, content.remaining() - LINE_END.length);
                BufferUtil.putCRLF(before);
                before.flip().position(begin);
            }
        }

        private static boolean endsLine(ByteBuffer content) {
            int end = content.limit();
            return content.remaining() > LINE_END.length
                    && content.get(end - 2) == LINE_END[0]
                    && content.get(end - 1) == LINE_END[1];
        }

        @Override
        public void reset() {
            super.reset();
            ended = false;
        }
    }
}
