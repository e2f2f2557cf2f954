package io.kantoku.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One HTTP request and its answer. Used by the handling thread only, but for {@link #onDisconnect}. */
public interface Exchange {
    String method();

    /** The path as sent, not decoded, without the query: {@code /api/v1/namespaces/a%2Fb}. */
    String rawPath();

    /** The query as sent, {@code ""} when there is none. */
    String rawQuery();

    /** Decoded query parameters in the order sent; a parameter without {@code =} has the empty value. */
    Map<String, List<String>> query();

    /** The first value of a query parameter. */
    default Optional<String> query(String name) {
        List<String> values = query().get(name);
        return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    /**
     * Whether a query parameter says yes, as Kubernetes reads booleans (apimachinery's {@code Convert_Slice_string_To_bool}): it does
     * unless it is absent, {@code 0}, or {@code false} in any case. Programs in Python write {@code False}.
     */
    default boolean flag(String name) {
        return query(name)
                .map(value -> !value.equalsIgnoreCase("false") && !value.equals("0"))
                .orElse(false);
    }

    /** The first value of a request header; names are case-insensitive. */
    Optional<String> header(String name);

    List<String> headers(String name);

    /** The names of all request headers, as sent; for headers of which only the beginning of the name is known. */
    default List<String> headerNames() {
        return List.of();
    }

    /** Whether the connection is HTTP/2. */
    boolean http2();

    InetSocketAddress local();

    InetSocketAddress remote();

    /** The client's certificate chain, leaf first; empty when it presented none. The chain is not verified here. */
    List<X509Certificate> peerCertificates();

    /** The request body as it arrives. */
    InputStream body() throws IOException;

    /**
     * The whole request body.
     *
     * @throws BodyTooLargeException when it is longer than {@code limit} bytes
     */
    byte[] readBody(int limit) throws IOException;

    /** Sets a header of the answer; before {@link #respond} or {@link #stream}. */
    Exchange responseHeader(String name, String value);

    /** Adds another value of a header of the answer, for example {@code Warning}. */
    Exchange addResponseHeader(String name, String value);

    /** Sends a complete answer with its length; {@code contentType} may be empty when there is no body. */
    void respond(int status, String contentType, byte[] body) throws IOException;

    /** Begins an answer of unknown length. Bytes reach the client on {@code flush()}; closing ends the answer. */
    OutputStream stream(int status, String contentType) throws IOException;

    /** The status that was answered; 0 while nothing was. */
    default int status() {
        return 0;
    }

    /**
     * Registers what to do when the client goes away before the answer is complete. Runs on a thread of the server's, at
     * most once per action, and at once if the client is gone already. To be called when the request body has been read: on
     * HTTP/1.1 nothing is noticed while part of the body is unread, and a client that pipelines loses its later requests.
     */
    void onDisconnect(Runnable action);

    /**
     * Takes over an HTTP/1.1 connection after {@code 101 Switching Protocols}: sends the answer with the headers set so far
     * and returns the raw byte stream in both directions. The handler owns it until it returns.
     *
     * @throws IOException when the request cannot be upgraded (HTTP/2, or no {@code Connection: Upgrade})
     */
    RawConnection upgrade(String protocol) throws IOException;

    /** The bytes of an upgraded connection. */
    interface RawConnection extends AutoCloseable {
        InputStream input();

        OutputStream output();

        @Override
        void close();
    }
}
