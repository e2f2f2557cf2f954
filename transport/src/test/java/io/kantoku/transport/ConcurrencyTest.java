package io.kantoku.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.lab.NetworkStack;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConcurrencyTest {
    private static final int CLIENTS = 16;
    private static final int REQUESTS = 40;

    private final TestPki pki = new TestPki();

    private Listener listen(HttpServer server, boolean tls, HttpHandler handler) throws IOException {
        return server.listen(new ListenSpec(
                "test",
                NetworkStack.host(),
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                tls ? Optional.of(pki.server("127.0.0.1")) : Optional.empty(),
                List.of(),
                handler));
    }

    /** The watch for disconnects borrows the connection from Jetty and has to give it back before the next request comes. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void requestsThatWatchForDisconnectsShareConnectionsWithOthers(boolean tls) throws Exception {
        AtomicInteger disconnects = new AtomicInteger();
        Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();
        try (HttpServer server = HttpServer.start();
                HttpClient client = HttpClient.start();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Listener listener = listen(server, tls, exchange -> {
                connections.add(exchange.remote());
                String path = exchange.rawPath();
                if (path.hashCode() % 2 == 0) {
                    exchange.onDisconnect(disconnects::incrementAndGet);
                }
                if (path.hashCode() % 3 == 0) {
                    try (OutputStream stream = exchange.stream(200, "text/plain")) {
                        stream.write(path.substring(0, 1).getBytes(UTF_8));
                        stream.flush();
                        stream.write(path.substring(1).getBytes(UTF_8));
                    }
                } else {
                    exchange.respond(200, "text/plain", path.getBytes(UTF_8));
                }
            });
            int port = listener.address().getPort();
            Target target = tls
                    ? Target.https("127.0.0.1", port, ClientTls.trusting(pki.authority.certificatePem()))
                    : Target.http("127.0.0.1", port);
            List<Future<?>> clients = new ArrayList<>();
            for (int c = 0; c < CLIENTS; c++) {
                String name = "/client" + c + "/";
                clients.add(threads.submit(() -> {
                    for (int i = 0; i < REQUESTS; i++) {
                        HttpResponse response = client.send(HttpRequest.of("POST", target, name + i));
                        assertThat(response.text()).isEqualTo(name + i);
                    }
                }));
            }
            for (Future<?> running : clients) {
                running.get();
            }
            assertThat(disconnects).hasValue(0);
            // The pool dials ahead of connections that are just coming back; a connection per request would be 40 times
            // as many.
            assertThat(connections).hasSizeLessThanOrEqualTo(4 * CLIENTS);
        }
    }

    @Test
    void closingTheServerEndsAllStreamsAndTheirHandlers() throws Exception {
        int streams = 60;
        CountDownLatch returned = new CountDownLatch(streams);
        try (HttpServer server = HttpServer.start();
                HttpClient client = HttpClient.start();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Listener listener = listen(server, true, exchange -> {
                CountDownLatch gone = new CountDownLatch(1);
                exchange.onDisconnect(gone::countDown);
                try {
                    exchange.stream(200, "text/plain").flush();
                    gone.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                } finally {
                    returned.countDown();
                }
            });
            Target target = Target.https(
                    "127.0.0.1", listener.address().getPort(), ClientTls.trusting(pki.authority.certificatePem()));
            CountDownLatch open = new CountDownLatch(streams);
            List<Future<Optional<byte[]>>> readers = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                readers.add(threads.submit(() -> {
                    try (StreamingResponse response = client.open(HttpRequest.get(target, "/watch"))) {
                        open.countDown();
                        return response.nextLine();
                    }
                }));
            }
            assertThat(open.await(30, TimeUnit.SECONDS)).isTrue();
            listener.close();
            assertThat(returned.await(10, TimeUnit.SECONDS)).isTrue();
            for (Future<?> reader : readers) {
                assertThat(reader)
                        .failsWithin(Duration.ofSeconds(10))
                        .withThrowableThat()
                        .havingCause()
                        .isInstanceOf(TransportException.class);
            }
        }
    }
}
