package io.kantoku.transport;

import java.util.List;

/** What a server says to a request to switch protocols. */
public sealed interface UpgradeAnswer {
    /** The headers of the answer, as they came. */
    List<HttpRequest.Header> headers();

    /**
     * The server has switched.
     *
     * @param connection the bytes in both directions; the caller's to close
     */
    record Switched(List<HttpRequest.Header> headers, Exchange.RawConnection connection) implements UpgradeAnswer {
        public Switched {
            headers = List.copyOf(headers);
        }
    }

    /** The server has answered otherwise. Its connection is closed: nothing else can be sent over it. */
    record Refused(HttpResponse response) implements UpgradeAnswer {
        @Override
        public List<HttpRequest.Header> headers() {
            return response.headers();
        }
    }
}
