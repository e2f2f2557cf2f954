package io.kantoku.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.pki.Subject;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class HttpServerTest {
    private static final int LIMIT = 1 << 20;

    private final TestPki pki = new TestPki();
    private final TestPki.Accepting trust = new TestPki.Accepting();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final HttpServer server = keep(HttpServer.start(new ServerLimits(Duration.ofMillis(400), 64 * 1024, 512)));

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

    private Listener tls(String address, TlsIdentity identity, HttpHandler handler) throws IOException {
        return server.listen(new ListenSpec(
                "test",
                NetworkStack.host(),
                new InetSocketAddress(InetAddress.ofLiteral(address), 0),
                Optional.of(identity),
                List.of(pki.authority.certificate()),
                handler));
    }

    private Listener tls(HttpHandler handler) throws IOException {
        return tls("127.0.0.1", pki.server("127.0.0.1"), handler);
    }

    private Listener plain(HttpHandler handler) throws IOException {
        return server.listen(new ListenSpec(
                "plain",
                NetworkStack.host(),
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                Optional.empty(),
                List.of(),
                handler));
    }

    private HttpClient client(HttpClient.Version version) {
        return keep(HttpClient.newBuilder()
                .version(version)
                .sslContext(TestPki.context(trust, null))
                .sslParameters(noNameCheck())
                .build());
    }

    private SSLParameters noNameCheck() {
        SSLParameters parameters = TestPki.context(trust, null).getDefaultSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("");
        return parameters;
    }

    private static URI uri(Listener listener, String path) {
        return URI.create("https://" + listener.address().getHostString() + ":"
                + listener.address().getPort() + path);
    }

    private SSLSocket tlsSocket(Listener listener) throws IOException {
        return keep((SSLSocket) TestPki.context(trust, null)
                .getSocketFactory()
                .createSocket(
                        listener.address().getAddress(), listener.address().getPort()));
    }

    private Socket socket(Listener listener) throws IOException {
        return keep(
                new Socket(listener.address().getAddress(), listener.address().getPort()));
    }

    private static void echo(Exchange exchange) throws IOException {
        byte[] body = exchange.readBody(LIMIT);
        String about = exchange.method() + " " + exchange.rawPath() + "?" + exchange.rawQuery() + " "
                + (exchange.http2() ? "h2" : "h1") + " "
                + Thread.currentThread().isVirtual() + "\n";
        exchange.responseHeader("X-Local", exchange.local().getHostString())
                .respond(200, "text/plain", (about + new String(body, UTF_8)).getBytes(UTF_8));
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void answersOnAVirtualThreadWithTheProtocolThatTheClientPrefers(HttpClient.Version version) throws Exception {
        Listener listener = tls(HttpServerTest::echo);
        HttpResponse<String> response = client(version)
                .send(
                        HttpRequest.newBuilder(uri(listener, "/a%2Fb//c?x=1&y"))
                                .POST(BodyPublishers.ofString("body"))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(version);
        assertThat(response.body())
                .isEqualTo(
                        "POST /a%2Fb//c?x=1&y " + (version == HttpClient.Version.HTTP_2 ? "h2" : "h1") + " true\nbody");
        assertThat(response.headers().firstValue("X-Local")).contains("127.0.0.1");
        assertThat(response.headers().firstValueAsLong("Content-Length"))
                .hasValue(response.body().length());
        assertThat(response.headers().firstValue("Server")).isEmpty();
    }

    @Test
    void servesPlainHttpOnAListenerWithoutIdentity() throws Exception {
        Listener listener = plain(HttpServerTest::echo);
        HttpResponse<String> response = client(HttpClient.Version.HTTP_2)
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + listener.address().getPort() + "/x"))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(response.body()).isEqualTo("GET /x? h1 true\n");
    }

    @Test
    void decodesTheQueryAndRefusesAMalformedOne() throws Exception {
        Listener listener = plain(exchange ->
                exchange.respond(200, "text/plain", exchange.query().toString().getBytes(UTF_8)));
        assertThat(
                        raw(
                                listener,
                                "GET /?labelSelector=a%3Db%2Cc&watch&x=1+2&x=3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("{labelSelector=[a=b,c], watch=[], x=[1 2, 3]}");
        assertThat(raw(listener, "GET /?x=%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void showsTheClientsCertificateWithoutJudgingIt(HttpClient.Version version) throws Exception {
        TestPki stranger = new TestPki();
        BlockingQueue<List<X509Certificate>> seen = new ArrayBlockingQueue<>(4);
        Listener listener = tls(exchange -> {
            seen.add(exchange.peerCertificates());
            exchange.respond(204, "", new byte[0]);
        });
        for (TestPki issuer : List.of(pki, stranger)) {
            TlsIdentity identity = issuer.client("jane", "developers", "editors");
            try (HttpClient client = HttpClient.newBuilder()
                    .version(version)
                    .sslContext(TestPki.context(trust, identity))
                    .sslParameters(noNameCheck())
                    .build()) {
                HttpResponse<Void> response =
                        client.send(HttpRequest.newBuilder(uri(listener, "/")).build(), BodyHandlers.discarding());
                assertThat(response.statusCode()).isEqualTo(204);
            }
            assertThat(seen.take()).containsExactly(identity.certificate());
            assertThat(Subject.of(identity.certificate()))
                    .isEqualTo(new Subject("jane", List.of("developers", "editors")));
        }
        client(version).send(HttpRequest.newBuilder(uri(listener, "/")).build(), BodyHandlers.discarding());
        assertThat(seen.take()).isEmpty();
    }

    @Test
    void speaksTls12And13() throws Exception {
        Listener listener = tls(HttpServerTest::echo);
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            SSLSocket socket = tlsSocket(listener);
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
        }
    }

    @Test
    void eachListenerShowsItsOwnCertificateAndAReplacementAtOnce() throws Exception {
        TlsIdentity first = pki.server("127.0.0.2");
        TlsIdentity second = pki.server("127.0.0.3");
        Listener two = tls("127.0.0.2", first, HttpServerTest::echo);
        Listener three = tls("127.0.0.3", second, HttpServerTest::echo);
        assertThat(shownBy(two)).isEqualTo(first.certificate());
        assertThat(shownBy(three)).isEqualTo(second.certificate());

        SSLSocket old = tlsSocket(two);
        old.startHandshake();
        TlsIdentity renewed = pki.server("127.0.0.2");
        two.replaceIdentity(renewed);
        assertThat(shownBy(two)).isEqualTo(renewed.certificate());
        assertThat(shownBy(three)).isEqualTo(second.certificate());
        assertThat(rawOn(old, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    private X509Certificate shownBy(Listener listener) throws IOException {
        try (SSLSocket socket = tlsSocket(listener)) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void aListenerCostsNoThread() throws Exception {
        Listener warm = tls(HttpServerTest::echo);
        shownBy(warm);
        long before = platformThreads();
        for (int i = 0; i < 20; i++) {
            shownBy(keep(tls("127.0.0." + (10 + i), pki.server("127.0.0." + (10 + i)), HttpServerTest::echo)));
        }
        assertThat(platformThreads() - before).isLessThanOrEqualTo(3);
    }

    private static long platformThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("http"))
                .count();
    }

    /** urllib3, under Python's Kubernetes client, reads chunk by chunk, and waits for the line end of each. */
    @Test
    void eachChunkIsWholeWhenItIsSent() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        byte[] large = "x".repeat(20_000).getBytes(UTF_8);
        Listener listener = plain(exchange -> {
            OutputStream stream = exchange.stream(200, "text/plain");
            stream.write("first\n".getBytes(UTF_8));
            stream.flush();
            awaitQuietly(read);
            stream.write(large);
            stream.flush();
            stream.write("last".getBytes(UTF_8));
            stream.close();
        });
        Socket socket = socket(listener);
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(UTF_8));
        StringBuilder seen = new StringBuilder();
        while (!seen.toString().endsWith("\r\n\r\n6\r\nfirst\n\r\n")) {
            seen.append((char) socket.getInputStream().read());
        }
        read.countDown();
        String expected = "4E20\r\n" + new String(large, UTF_8) + "\r\n4\r\nlast\r\n0\r\n\r\n";
        assertThat(new String(socket.getInputStream().readNBytes(expected.length()), UTF_8))
                .isEqualTo(expected);
    }

    @Test
    void anAnswerWithoutChunksHasNoLineEndsOfTheirs() throws Exception {
        Listener listener = plain(exchange -> {
            OutputStream stream = exchange.stream(200, "text/plain");
            stream.write("a".getBytes(UTF_8));
            stream.flush();
            stream.write("b".getBytes(UTF_8));
            stream.flush();
        });

        assertThat(raw(listener, "GET / HTTP/1.0\r\n\r\n")).endsWith("\r\n\r\nab");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void noticesThatTheClientOfASilentStreamWentAway(HttpClient.Version version) throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(1);
        Listener listener = tls(exchange -> {
            exchange.onDisconnect(gone::countDown);
            try (OutputStream stream = exchange.stream(200, "text/plain")) {
                stream.flush();
                awaitQuietly(gone);
            } finally {
                returned.countDown();
            }
        });
        HttpClient client = client(version);
        HttpResponse<InputStream> response =
                client.send(HttpRequest.newBuilder(uri(listener, "/watch")).build(), BodyHandlers.ofInputStream());
        assertThat(response.version()).isEqualTo(version);
        assertThat(gone.await(900, TimeUnit.MILLISECONDS)) // longer than the idle limit of this server
                .as("a silent stream is not idle")
                .isFalse();
        response.body().close();
        client.shutdownNow();
        assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(returned.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void noticesAPlainSocketThatIsCut() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        Listener listener = plain(exchange -> {
            exchange.onDisconnect(gone::countDown);
            exchange.stream(200, "text/plain").flush();
            awaitQuietly(gone);
        });
        Socket socket = socket(listener);
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(UTF_8));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        socket.close();
        assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aConnectionWhoseStreamEndedInOrderIsReused() throws Exception {
        CompletableFuture<String> wrong = new CompletableFuture<>();
        Listener listener = plain(exchange -> {
            exchange.onDisconnect(() -> wrong.complete("fired"));
            try (OutputStream stream = exchange.stream(200, "text/plain")) {
                stream.write("event\n".getBytes(UTF_8));
                stream.flush();
            }
        });
        Socket socket = socket(listener);
        BufferedReader reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        for (int i = 0; i < 3; i++) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(UTF_8));
            assertThat(untilEndOfChunks(reader)).contains("event");
        }
        assertThat(wrong).isNotDone();
    }

    private static String untilEndOfChunks(BufferedReader reader) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line = reader.readLine(); line != null && !line.equals("0"); line = reader.readLine()) {
            text.append(line).append('\n');
        }
        assertThat(reader.readLine()).isEmpty();
        return text.toString();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aFlushedEventArrivesBeforeTheStreamEnds(HttpClient.Version version) throws Exception {
        BlockingQueue<String> events = new ArrayBlockingQueue<>(8);
        Listener listener = tls(exchange -> {
            try (OutputStream stream = exchange.stream(200, "text/plain")) {
                for (String event = take(events); !event.isEmpty(); event = take(events)) {
                    stream.write((event + "\n").getBytes(UTF_8));
                    stream.flush();
                }
            }
        });
        HttpResponse<Stream<String>> response;
        events.add("one");
        response =
                client(version).send(HttpRequest.newBuilder(uri(listener, "/")).build(), BodyHandlers.ofLines());
        var lines = response.body().iterator();
        assertThat(lines.next()).isEqualTo("one");
        events.add("two");
        assertThat(lines.next()).isEqualTo("two");
        events.add("x".repeat(100_000));
        assertThat(lines.next()).hasSize(100_000);
        events.add("");
        assertThat(lines.hasNext()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void closingAListenerRefusesConnectionsAndDropsThoseThatAreOpen(HttpClient.Version version) throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        Listener listener = tls("127.0.0.4", pki.server("127.0.0.4"), exchange -> {
            exchange.onDisconnect(gone::countDown);
            exchange.stream(200, "text/plain").flush();
            awaitQuietly(gone);
        });
        Listener other = tls("127.0.0.5", pki.server("127.0.0.5"), HttpServerTest::echo);
        HttpResponse<InputStream> response =
                client(version).send(HttpRequest.newBuilder(uri(listener, "/")).build(), BodyHandlers.ofInputStream());
        SSLSocket idle = tlsSocket(listener);
        idle.startHandshake();

        listener.close();
        assertThatThrownBy(() -> tlsSocket(listener)).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> {
                    if (response.body().read() < 0) {
                        throw new IOException("ended");
                    }
                })
                .isInstanceOf(IOException.class);
        assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(readsEnd(idle)).isTrue();
        assertThat(shownBy(other)).isNotNull();

        // The address is free at once.
        Listener again = server.listen(new ListenSpec(
                "again",
                NetworkStack.host(),
                listener.address(),
                Optional.of(pki.server("127.0.0.4")),
                List.of(),
                HttpServerTest::echo));
        assertThat(shownBy(again)).isNotNull();
    }

    private static boolean readsEnd(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void refusesABodyThatIsTooLarge(HttpClient.Version version) throws Exception {
        Listener listener = tls(exchange -> exchange.respond(200, "text/plain", exchange.readBody(10)));
        HttpClient client = client(version);
        assertThat(post(client, listener, BodyPublishers.ofString("0123456789")).statusCode())
                .isEqualTo(200);
        HttpResponse<String> known = post(client, listener, BodyPublishers.ofString("0123456789+"));
        assertThat(known.statusCode()).isEqualTo(413);
        assertThat(known.body()).contains("larger than 10 bytes");
        HttpResponse<String> chunked =
                post(client, listener, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[11])));
        assertThat(chunked.statusCode()).isEqualTo(413);
    }

    @Test
    void whoIsStillSendingOverHttp2GetsTheAnswerAndNoReset() throws Exception {
        CountDownLatch answering = new CountDownLatch(1);
        Listener listener = tls(exchange -> {
            answering.countDown();
            exchange.respond(200, "text/plain", "enough".getBytes(UTF_8));
        });
        try (SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>()) {
            CompletableFuture<HttpResponse<String>> answer = client(HttpClient.Version.HTTP_2)
                    .sendAsync(
                            HttpRequest.newBuilder(uri(listener, "/"))
                                    .POST(BodyPublishers.fromPublisher(body))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(answering.await(10, TimeUnit.SECONDS)).isTrue();
            Thread.sleep(50);
            body.submit(ByteBuffer.wrap(new byte[11]));
            body.close();
            assertThat(answer.get(10, TimeUnit.SECONDS).body()).isEqualTo("enough");
        }
    }

    private static HttpResponse<String> post(HttpClient client, Listener listener, HttpRequest.BodyPublisher body)
            throws Exception {
        return client.send(HttpRequest.newBuilder(uri(listener, "/")).POST(body).build(), BodyHandlers.ofString());
    }

    @Test
    void answers500WithoutDetailsWhenAHandlerFailsOrForgetsToAnswer() throws Exception {
        Listener failing = plain(exchange -> {
            throw new IllegalStateException("secret detail");
        });
        assertThat(raw(failing, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 500 ")
                .doesNotContain("secret");
        Listener silent = plain(exchange -> {});
        assertThat(raw(silent, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 500 ");
    }

    @Test
    void aStreamWhoseHandlerFailsIsNotEndedInOrder() throws Exception {
        Listener listener = plain(exchange -> {
            OutputStream stream = exchange.stream(200, "text/plain");
            stream.write("part".getBytes(UTF_8));
            stream.flush();
            throw new IllegalStateException("failed half-way");
        });
        String answer = raw(listener, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(answer).contains("part").doesNotContain("\r\n0\r\n");
    }

    @Test
    void refusesWhatIsNotHttp() throws Exception {
        Listener listener = plain(HttpServerTest::echo);
        assertThat(raw(listener, "HELLO\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw(listener, "GET / HTTP/1.1\r\n\r\n")).as("no Host").startsWith("HTTP/1.1 400 ");
        assertThat(raw(listener, "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw(listener, "GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw(listener, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw(listener, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw(listener, "GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(70_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void closesConnectionsThatSendNothing() throws Exception {
        Listener listener = plain(HttpServerTest::echo);
        assertThat(readsEnd(socket(listener))).isTrue();
        Socket half = socket(listener);
        half.getOutputStream().write("GET / HT".getBytes(UTF_8));
        assertThat(readsEnd(half)).isTrue();
        Socket noBody = socket(listener);
        noBody.getOutputStream().write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n".getBytes(UTF_8));
        String answer = new String(noBody.getInputStream().readAllBytes(), UTF_8);
        assertThat(answer).startsWith("HTTP/1.1 408 ");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void dropsAClientThatDoesNotRead(HttpClient.Version version) throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Listener listener = tls(exchange -> {
            OutputStream stream = exchange.stream(200, "text/plain");
            byte[] block = new byte[1 << 20];
            try {
                for (int i = 0; i < 200; i++) {
                    stream.write(block);
                }
                failure.complete(new AssertionError("200 MiB were taken by nobody"));
            } catch (IOException e) {
                failure.complete(e);
                throw e;
            }
        });
        HttpResponse<InputStream> response =
                client(version).send(HttpRequest.newBuilder(uri(listener, "/")).build(), BodyHandlers.ofInputStream());
        assertThat(failure.get()).hasMessageContaining("does not read");
        response.body().close();
    }

    @Test
    void handsOverTheBytesOfAnUpgradedConnection() throws Exception {
        Listener listener = tls(exchange -> {
            exchange.responseHeader("X-Stream-Protocol-Version", "v4");
            try (Exchange.RawConnection connection = exchange.upgrade("SPDY/3.1")) {
                connection.input().transferTo(connection.output());
            }
        });
        SSLSocket socket = tlsSocket(listener);
        String request = "POST /exec HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n";
        socket.getOutputStream().write((request + "early").getBytes(UTF_8));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        assertThat(head.toString())
                .startsWith("HTTP/1.1 101 ")
                .containsIgnoringCase("Upgrade: SPDY/3.1")
                .containsIgnoringCase("Connection: Upgrade")
                .contains("X-Stream-Protocol-Version: v4");
        assertThat(new String(in.readNBytes(5), UTF_8)).isEqualTo("early");
        byte[] block = new byte[1 << 20];
        new java.util.Random(7).nextBytes(block);
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                socket.getOutputStream().write(block);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(in.readNBytes(block.length)).isEqualTo(block);
        writer.join();
        Thread.sleep(700); // longer than this server's idle limit: an upgraded connection is never idle
        socket.getOutputStream().write("late".getBytes(UTF_8));
        assertThat(new String(in.readNBytes(4), UTF_8)).isEqualTo("late");
    }

    @Test
    void refusesToUpgradeARequestThatDoesNotAskForIt() throws Exception {
        Listener listener = tls(exchange -> exchange.upgrade("SPDY/3.1").close());
        assertThat(client(HttpClient.Version.HTTP_2)
                        .send(HttpRequest.newBuilder(uri(listener, "/")).build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void continues100BeforeTheBody() throws Exception {
        Listener listener = plain(HttpServerTest::echo);
        Socket socket = socket(listener);
        socket.getOutputStream()
                .write(
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
                                .getBytes(UTF_8));
        BufferedReader reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        assertThat(reader.readLine()).startsWith("HTTP/1.1 100 ");
        socket.getOutputStream().write("ok".getBytes(UTF_8));
        assertThat(reader.lines().toList()).contains("ok");
    }

    @Test
    void namesTheAddressThatCannotBeBound() throws Exception {
        Listener listener = plain(HttpServerTest::echo);
        ListenSpec taken = new ListenSpec(
                "taken", NetworkStack.host(), listener.address(), Optional.empty(), List.of(), HttpServerTest::echo);
        assertThatThrownBy(() -> server.listen(taken))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + listener.address().getPort());
    }

    private String raw(Listener listener, String request) throws IOException {
        return rawOn(socket(listener), request);
    }

    private static String rawOn(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(UTF_8));
        StringBuilder answer = new StringBuilder();
        try {
            InputStream in = socket.getInputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                answer.append((char) b);
            }
        } catch (IOException e) { // a reset is how a broken answer ends
            answer.append("");
        }
        return answer.toString();
    }

    private static String take(BlockingQueue<String> queue) throws IOException {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) throws IOException {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
