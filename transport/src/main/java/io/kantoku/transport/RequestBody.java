package io.kantoku.transport;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** A request's body, which knows whether it has ended. */
final class RequestBody extends InputStream {
    private final InputStream content;
    private volatile boolean consumed;

    RequestBody(Request request) {
        this.content = Content.Source.asInputStream(request);
        boolean ofUnknownLength = request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2
                || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
        this.consumed = request.getLength() == 0 || (request.getLength() < 0 && !ofUnknownLength);
    }

    boolean isConsumed() {
        return consumed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            int read = content.read(bytes, offset, length);
            consumed |= read < 0;
            return read;
        } catch (IOException | RuntimeException e) { // Jetty throws its parser's failures unchecked
            throw refusal(e);
        }
    }

    private static IOException refusal(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException) {
                return new RefusedRequestException(
                        RefusedRequestException.TIMEOUT, "the request body did not arrive in time");
            }
            if (cause instanceof HttpException malformed) {
                return new RefusedRequestException(
                        malformed.getCode(), "malformed request body: " + malformed.getReason());
            }
        }
        return new RefusedRequestException(
                RefusedRequestException.BAD_REQUEST, "the request body is incomplete: " + failure.getMessage());
    }

    @Override
    public int available() throws IOException {
        return content.available();
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
