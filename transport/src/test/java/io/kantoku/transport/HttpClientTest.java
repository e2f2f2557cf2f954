package io.kantoku.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.TransportException.Code;
import io.kantoku.transport.pki.Subject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class HttpClientTest {
    private final TestPki pki = new TestPki();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final HttpServer server = keep(HttpServer.start());
    private final HttpClient client = keep(HttpClient.start());

    private <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    private Listener listen(Optional<TlsIdentity> identity, HttpHandler handler) throws IOException {
        return server.listen(new ListenSpec(
                "test",
                NetworkStack.host(),
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                identity,
                identity.isPresent() ? List.of(pki.authority.certificate()) : List.of(),
                handler));
    }

    private static Target plain(Listener listener) {
        return Target.http("127.0.0.1", listener.address().getPort());
    }

    private Target tls(Listener listener, ClientTls tls) {
        return Target.https("127.0.0.1", listener.address().getPort(), tls);
    }

    private ClientTls trusting() {
        return ClientTls.trusting(pki.authority.certificatePem());
    }

    private static void whoami(Exchange exchange) throws IOException {
        String name = exchange.peerCertificates().isEmpty()
                ? "nobody"
                : Subject.of(exchange.peerCertificates().getFirst()).commonName();
        exchange.respond(200, "text/plain", name.getBytes(UTF_8));
    }

    private Code failure(HttpRequest request) {
        TransportException e = catchThrowableOfType(TransportException.class, () -> client.send(request));
        assertThat(e).hasMessageContaining("127.0.0.1");
        return e.code();
    }

    @Test
    void sendsMethodPathHeadersAndBodyAsGiven() throws Exception {
        Listener listener = listen(Optional.empty(), exchange -> {
            String answer = exchange.method() + " " + exchange.rawPath() + " " + exchange.rawQuery() + " "
                    + exchange.header("content-type").orElse("-") + " " + exchange.headers("X-A") + " "
                    + new String(exchange.readBody(100), UTF_8);
            exchange.responseHeader("X-B", "b").respond(201, "text/plain", answer.getBytes(UTF_8));
        });
        HttpResponse response = client.send(HttpRequest.of("PATCH", plain(listener), "/a%2Fb//c?x=%20y&z")
                .header("X-A", "1")
                .header("X-A", "2")
                .body("application/merge-patch+json", "{}".getBytes(UTF_8)));
        assertThat(response.status()).isEqualTo(201);
        assertThat(response.header("x-b")).contains("b");
        assertThat(response.text()).isEqualTo("PATCH /a%2Fb//c x=%20y&z application/merge-patch+json [1, 2] {}");
    }

    @Test
    void returns401And302LikeAnyOtherAnswer() throws Exception {
        Listener listener = listen(Optional.empty(), exchange -> {
            exchange.responseHeader("Location", "/elsewhere");
            exchange.respond(Integer.parseInt(exchange.rawPath().substring(1)), "", new byte[0]);
        });
        for (int status : new int[] {401, 407, 302, 404, 500, 204}) {
            assertThat(client.send(HttpRequest.get(plain(listener), "/" + status))
                            .status())
                    .isEqualTo(status);
        }
    }

    @Test
    void trustsAServerOfAPinnedAuthorityUnderItsAddress() throws Exception {
        Listener listener = listen(Optional.of(pki.server("127.0.0.1")), HttpClientTest::whoami);
        assertThat(client.send(HttpRequest.get(tls(listener, trusting()), "/")).text())
                .isEqualTo("nobody");
        assertThat(client.send(HttpRequest.get(tls(listener, trusting().presenting(pki.client("jane"))), "/"))
                        .text())
                .isEqualTo("jane");
    }

    @Test
    void refusesAServerThatItCannotTrust() throws Exception {
        Listener listener = listen(Optional.of(pki.server("127.0.0.1", "api.test")), HttpClientTest::whoami);
        ClientTls others = ClientTls.trusting(List.of(new TestPki().authority.certificate()));
        assertThat(failure(HttpRequest.get(tls(listener, others), "/"))).isEqualTo(Code.TLS_UNTRUSTED);
        assertThat(failure(HttpRequest.get(tls(listener, trusting().expecting("other.test")), "/")))
                .isEqualTo(Code.TLS_NAME_MISMATCH);
        Instant later = Instant.now().plus(Duration.ofDays(400));
        assertThat(failure(HttpRequest.get(tls(listener, trusting().at(InstantSource.fixed(later))), "/")))
                .isEqualTo(Code.TLS_UNTRUSTED);

        assertThat(client.send(HttpRequest.get(tls(listener, trusting().expecting("api.test")), "/"))
                        .status())
                .isEqualTo(200);
        assertThat(client.send(HttpRequest.get(tls(listener, ClientTls.insecure()), "/"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void identitiesDoNotShareConnections() throws Exception {
        Listener listener = listen(Optional.of(pki.server("127.0.0.1")), HttpClientTest::whoami);
        Target jane = tls(listener, trusting().presenting(pki.client("jane")));
        Target john = tls(listener, trusting().presenting(pki.client("john")));
        for (int i = 0; i < 3; i++) {
            assertThat(client.send(HttpRequest.get(jane, "/")).text()).isEqualTo("jane");
            assertThat(client.send(HttpRequest.get(john, "/")).text()).isEqualTo("john");
        }
    }

    @Test
    void reusesConnections() throws Exception {
        Set<InetSocketAddress> remotes = ConcurrentHashMap.newKeySet();
        Listener listener = listen(Optional.of(pki.server("127.0.0.1")), exchange -> {
            remotes.add(exchange.remote());
            exchange.respond(200, "text/plain", "x".getBytes(UTF_8));
        });
        Target target = tls(listener, trusting());
        for (int i = 0; i < 20; i++) {
            client.send(HttpRequest.get(target, "/"));
        }
        assertThat(remotes).hasSize(1);
    }

    @Test
    void readsAStreamLineByLineWhileItArrives() throws Exception {
        Semaphore next = new Semaphore(0);
        Listener listener = listen(Optional.of(pki.server("127.0.0.1")), exchange -> {
            try (OutputStream stream = exchange.stream(200, "application/json")) {
                for (int i = 0; i < 3; i++) {
                    next.acquireUninterruptibly();
                    stream.write(("{\"n\":" + i + "}" + "x".repeat(i * 20_000) + "\n").getBytes(UTF_8));
                    stream.flush();
                }
                stream.write("last".getBytes(UTF_8));
            }
        });
        next.release();
        try (StreamingResponse response = client.open(HttpRequest.get(tls(listener, trusting()), "/watch"))) {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.nextLine()).contains("{\"n\":0}".getBytes(UTF_8));
            next.release();
            assertThat(response.nextLine().orElseThrow()).hasSize(7 + 20_000);
            next.release();
            assertThat(response.nextLine().orElseThrow()).hasSize(7 + 40_000);
            assertThat(response.nextLine()).contains("last".getBytes(UTF_8));
            assertThat(response.nextLine()).isEmpty();
        }
    }

    @Test
    void closingASilentStreamWakesItsReaderAndTellsTheServer() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        Listener listener = silent(gone);
        StreamingResponse response = client.open(HttpRequest.get(plain(listener), "/watch"));
        Thread closer = Thread.ofVirtual().start(response::close);
        assertThatThrownBy(response::nextLine).isInstanceOf(TransportException.class);
        closer.join();
        gone.await();
    }

    @Test
    void noticesThatTheServerOfASilentStreamIsGone() throws Exception {
        Listener listener = silent(new CountDownLatch(1));
        try (StreamingResponse response = client.open(HttpRequest.get(plain(listener), "/watch"))) {
            Thread.ofVirtual().start(listener::close);
            assertThatThrownBy(response::nextLine)
                    .isInstanceOfSatisfying(
                            TransportException.class, e -> assertThat(e.code()).isEqualTo(Code.CLOSED));
        }
    }

    private Listener silent(CountDownLatch gone) throws IOException {
        return listen(Optional.empty(), exchange -> {
            exchange.onDisconnect(gone::countDown);
            try {
                exchange.stream(200, "text/plain").flush();
                gone.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
    }

    @Test
    void namesWhatIsWrongWithTheConnection() throws Exception {
        try (ServerSocket bound = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = bound.getLocalPort();
            bound.close();
            assertThat(failure(HttpRequest.get(Target.http("127.0.0.1", port), "/")))
                    .isEqualTo(Code.CONNECT_REFUSED);
        }
        CountDownLatch end = new CountDownLatch(1);
        Listener slow = listen(Optional.empty(), exchange -> {
            exchange.onDisconnect(end::countDown);
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        assertThat(failure(HttpRequest.get(plain(slow), "/").timeout(Duration.ofMillis(200))))
                .isEqualTo(Code.TIMEOUT);
        assertThat(failure(HttpRequest.get(tls(slow, ClientTls.insecure()), "/")))
                .isEqualTo(Code.TLS_FAILED);
        assertThat(failure(HttpRequest.get(raw("HELLO\r\n\r\n"), "/"))).isEqualTo(Code.PROTOCOL);
        assertThat(failure(HttpRequest.get(raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), "/")))
                .isEqualTo(Code.CLOSED);
        assertThat(failure(HttpRequest.of("POST", raw(""), "/"))).isEqualTo(Code.CLOSED);
    }

    /** A server that answers each connection with the given bytes and closes it. */
    private Target raw(String answer) throws IOException {
        ServerSocket socket = keep(new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1")));
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try (Socket accepted = socket.accept()) {
                    accepted.getInputStream().read(new byte[1024]);
                    accepted.getOutputStream().write(answer.getBytes(UTF_8));
                } catch (IOException e) {
                    return;
                }
            }
        });
        return Target.http("127.0.0.1", socket.getLocalPort());
    }

    @Test
    void speaksOverAUnixSocket(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("s");
        ServerSocketChannel socket = keep(ServerSocketChannel.open(StandardProtocolFamily.UNIX));
        socket.bind(UnixDomainSocketAddress.of(path));
        Thread.ofVirtual().start(() -> {
            try (SocketChannel accepted = socket.accept()) {
                accepted.read(ByteBuffer.allocate(1024));
                accepted.write(UTF_8.encode("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nunix"));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        Target target = Target.http("localhost", 80).via(new Dialler.UnixSocket(path));
        assertThat(client.send(HttpRequest.get(target, "/")).text()).isEqualTo("unix");
        Target missing = target.via(new Dialler.UnixSocket(directory.resolve("missing")));
        TransportException e =
                catchThrowableOfType(TransportException.class, () -> client.send(HttpRequest.get(missing, "/")));
        assertThat(e.code()).isEqualTo(Code.CONNECT_REFUSED);
        assertThat(e).hasMessageContaining("missing");
    }

    @Test
    void dialsFromTheStackOfTheTarget() throws Exception {
        Listener listener = listen(
                Optional.empty(),
                exchange -> exchange.respond(
                        200, "text/plain", exchange.remote().getHostString().getBytes(UTF_8)));
        NetworkStack bound = new NetworkStack() {
            @Override
            public ServerSocketChannel listen(InetSocketAddress address) {
                throw new UnsupportedOperationException();
            }

            @Override
            public SocketChannel socket() throws IOException {
                return SocketChannel.open().bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.9"), 0));
            }

            @Override
            public DatagramChannel datagram(InetSocketAddress address) {
                throw new UnsupportedOperationException();
            }
        };
        Target target = plain(listener).via(new Dialler.Tcp(bound));
        assertThat(client.send(HttpRequest.get(target, "/")).text()).isEqualTo("127.0.0.9");
        assertThat(client.send(HttpRequest.get(plain(listener), "/")).text()).isEqualTo("127.0.0.1");
    }

    @Test
    void neverPrintsSecrets() {
        HttpRequest request = HttpRequest.get(Target.http("127.0.0.1", 80), "/x?token=hunter2")
                .header("Authorization", "Bearer hunter2");
        assertThat(request.toString()).doesNotContain("hunter2").contains("GET http://127.0.0.1:80/x");
        assertThat(request.headers().toString()).doesNotContain("hunter2");
    }
}
