package io.kantoku.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers without an end, and connections that become something else. */
class HttpStreamsTest extends HttpServerFixture {
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

    private static String take(BlockingQueue<String> queue) throws IOException {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
