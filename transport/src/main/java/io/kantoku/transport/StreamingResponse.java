package io.kantoku.transport;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** An answer whose body is read while it arrives; may be silent for any time. */
public interface StreamingResponse extends AutoCloseable {
    int status();

    List<HttpRequest.Header> headers();

    /** The first value of a header; names are case-insensitive. */
    default Optional<String> header(String name) {
        return HttpResponse.first(headers(), name);
    }

    /** The body; reading fails with an {@code IOException} when the connection is lost or this is closed. */
    InputStream body();

    /**
     * The next line of the body without its end, for streams of JSON documents; empty at the end of the stream.
     *
     * @throws TransportException when the connection is lost or this is closed
     */
    Optional<byte[]> nextLine();

    /** Gives the connection up if the body is not at its end; wakes a reader. May be called by any thread. */
    @Override
    void close();
}
