package io.kantoku.transport.spdy;

import java.util.Map;

/** One frame of SPDY/3.1 (draft-mbelshe-httpbis-spdy-00, section 2.6). Header names are in lower case. */
public sealed interface SpdyFrame {
    /** Opens a stream; those of the client have odd numbers. */
    record SynStream(int stream, Map<String, String> headers, boolean fin) implements SpdyFrame {
        public SynStream {
            headers = Map.copyOf(headers);
        }
    }

    /** Accepts a stream. */
    record SynReply(int stream, Map<String, String> headers, boolean fin) implements SpdyFrame {
        public SynReply {
            headers = Map.copyOf(headers);
        }
    }

    /** More headers of a stream. */
    record Headers(int stream, Map<String, String> headers, boolean fin) implements SpdyFrame {
        public Headers {
            headers = Map.copyOf(headers);
        }
    }

    /** Bytes of a stream; {@code fin} says that no more come in this direction. */
    @SuppressWarnings("ArrayRecordComponent") // frames are not compared
    record Data(int stream, byte[] bytes, boolean fin) implements SpdyFrame {}

    /** Ends a stream in both directions. */
    record Reset(int stream, int status) implements SpdyFrame {}

    /** To be sent back as it is when the number is of the peer's kind. */
    record Ping(int id) implements SpdyFrame {}

    /** No more streams are taken. */
    record GoAway(int lastStream, int status) implements SpdyFrame {}

    /** A frame that means nothing here: settings, windows, credentials. */
    record Other(int type) implements SpdyFrame {}
}
