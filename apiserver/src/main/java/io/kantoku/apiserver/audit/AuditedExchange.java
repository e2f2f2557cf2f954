package io.kantoku.apiserver.audit;

import io.kantoku.transport.Exchange;
import io.kantoku.transport.ForwardedExchange;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A request whose bodies are kept as far as its audit wants them. */
final class AuditedExchange extends ForwardedExchange {
    /** Longer answers are not kept: they would be held in memory whole. */
    private static final int LONGEST_ANSWER = 4 << 20;

    private final AuditTrail trail;
    private final ByteArrayOutputStream answered = new ByteArrayOutputStream(0);
    private byte[] sent = new byte[0];
    private String answeredType = "";

    AuditedExchange(Exchange exchange, AuditTrail trail) {
        super(exchange);
        this.trail = trail;
    }

    byte[] requestBody() {
        return sent;
    }

    /** What was answered, empty when it was too long or a stream of events. */
    byte[] responseBody() {
        return answered.size() > LONGEST_ANSWER ? new byte[0] : answered.toByteArray();
    }

    String responseType() {
        return answeredType;
    }

    @Override
    public byte[] readBody(int limit) throws IOException {
        byte[] body = super.readBody(limit);
        if (trail.keepsRequest()) {
            sent = body;
        }
        return body;
    }

    @Override
    public void respond(int status, String contentType, byte[] body) throws IOException {
        answeredType = contentType;
        if (trail.keepsResponse()) {
            answered.writeBytes(body);
        }
        super.respond(status, contentType, body);
    }

    @Override
    public OutputStream stream(int status, String contentType) throws IOException {
        OutputStream out = super.stream(status, contentType);
        trail.responseStarted(status);
        answeredType = contentType;
        return trail.keepsResponse() ? new Kept(out) : out;
    }

    /** Writes on, and keeps the beginning. */
    private final class Kept extends FilterOutputStream {
        Kept(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            if (answered.size() <= LONGEST_ANSWER) {
                answered.write(bytes, offset, length);
            }
        }
    }

    @Override
    public RawConnection upgrade(String protocol) throws IOException {
        RawConnection connection = super.upgrade(protocol);
        trail.responseStarted(101);
        return connection;
    }
}
