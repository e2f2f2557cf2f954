package io.kantoku.kubelet.server;

import io.kantoku.kubelet.server.PodStreams.ContainerName;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;

/** Answers {@code /containerLogs}. */
final class LogEndpoint {
    private final PodStreams streams;
    private final LogReader reader;
    private final InstantSource clock;

    LogEndpoint(PodStreams streams, LogReader reader, InstantSource clock) {
        this.streams = streams;
        this.reader = reader;
        this.clock = clock;
    }

    void serve(Exchange exchange, ContainerName name) throws IOException {
        KnownPods.requireContainer(streams.pods(), name);
        LogOptions options = LogOptions.of(exchange, clock.instant());
        ContainerLog log = streams.log(name, options.previous());
        AtomicBoolean gone = new AtomicBoolean();
        exchange.onDisconnect(() -> gone.set(true));
        try (LazyAnswer out = new LazyAnswer(exchange)) {
            if (options.follow()) {
                out.flush(); // the client shall see that it is connected, even if nothing is said for long
            }
            reader.copy(log, options, out, gone::get);
            out.begin();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Begins the answer with its first byte, so that what is refused before is refused with a status of its own. */
    private static final class LazyAnswer extends OutputStream {
        private final Exchange exchange;
        private OutputStream out = OutputStream.nullOutputStream();
        private boolean begun;

        LazyAnswer(Exchange exchange) {
            this.exchange = exchange;
        }

        void begin() throws IOException {
            if (!begun) {
                begun = true;
                out = exchange.stream(200, "text/plain");
            }
        }

        @Override
        public void write(int single) throws IOException {
            begin();
            out.write(single);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            begin();
            out.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            begin();
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
