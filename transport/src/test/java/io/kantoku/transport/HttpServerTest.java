package io.kantoku.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HttpServerTest extends HttpServerFixture {
    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void answersOnAVirtualThreadWithTheProtocolThatTheClientPrefers(HttpClient.Version version) throws Exception {
        Listener listener = tls(HttpServerFixture::echo);
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
        Listener listener = plain(HttpServerFixture::echo);
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
    void refusesWhatIsNotHttp() throws Exception {
        Listener listener = plain(HttpServerFixture::echo);
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
    void continues100BeforeTheBody() throws Exception {
        Listener listener = plain(HttpServerFixture::echo);
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
}
