package io.kantoku.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.TransportException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class UpgradeTest {
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

    private Target serve(HttpHandler handler) throws IOException {
        Listener listener = server.listen(new ListenSpec(
                "test",
                NetworkStack.host(),
                new InetSocketAddress("127.0.0.1", 0),
                Optional.of(pki.server("127.0.0.1")),
                List.of(pki.authority.certificate()),
                handler));
        ClientTls tls = ClientTls.trusting(List.of(pki.authority.certificate())).presenting(pki.client("caller"));
        return Target.https("127.0.0.1", listener.address().getPort(), tls);
    }

    private static HttpRequest request(Target target) {
        return HttpRequest.of("POST", target, "/exec")
                .header("Connection", "Upgrade")
                .header("Upgrade", "SPDY/3.1");
    }

    private Exchange.RawConnection switched(Target target) {
        UpgradeAnswer answer = client.upgrade(request(target));
        assertThat(answer).isInstanceOf(UpgradeAnswer.Switched.class);
        return keep(((UpgradeAnswer.Switched) answer).connection());
    }

    @Test
    void carriesBytesBothWaysOverTlsAndTellsTheEndOfEachDirection() throws Exception {
        CompletableFuture<String> caller = new CompletableFuture<>();
        Target target = serve(exchange -> {
            caller.complete(exchange.peerCertificates()
                    .getFirst()
                    .getSubjectX500Principal()
                    .getName());
            try (Exchange.RawConnection connection = exchange.upgrade("SPDY/3.1")) {
                connection.input().transferTo(connection.output()); // up to the client's half-close
                connection.output().write("and the rest".getBytes(UTF_8));
                connection.output().close();
                assertThat(connection.input().read()).isEqualTo(-1);
            }
        });
        Exchange.RawConnection connection = switched(target);
        byte[] block = new byte[3 << 20];
        new Random(11).nextBytes(block);
        Thread.ofVirtual().start(() -> {
            try (OutputStream out = connection.output()) {
                out.write(block);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(connection.input().readNBytes(block.length)).isEqualTo(block);
        assertThat(new String(connection.input().readAllBytes(), UTF_8)).isEqualTo("and the rest");
        assertThat(caller.get()).contains("CN=caller");
    }

    /** CVE-2018-1002105: the connection of a failed upgrade could be used for other requests. */
    @Test
    void closesTheConnectionOfAFailedUpgradeCve20181002105() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (ServerSocket backend = new ServerSocket(0, 5, new InetSocketAddress("127.0.0.1", 0).getAddress())) {
            CompletableFuture<Integer> afterRefusal = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try (Socket socket = backend.accept()) {
                    InputStream in = socket.getInputStream();
                    String head = "";
                    while (!head.endsWith("\r\n\r\n")) {
                        head += (char) in.read();
                    }
                    requests.incrementAndGet();
                    String answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nno";
                    socket.getOutputStream().write(answer.getBytes(UTF_8));
                    afterRefusal.complete(in.read());
                } catch (IOException e) {
                    afterRefusal.completeExceptionally(e);
                }
            });
            UpgradeAnswer answer = client.upgrade(request(Target.http("127.0.0.1", backend.getLocalPort())));
            assertThat(answer).isInstanceOf(UpgradeAnswer.Refused.class);
            assertThat(((UpgradeAnswer.Refused) answer).response().text()).isEqualTo("no");
            assertThat(afterRefusal.get()).as("the end of the connection").isEqualTo(-1);
            assertThat(requests).hasValue(1);
        }
    }

    @Test
    void readsTheBodyOfARefusalHoweverItIsFramed() throws Exception {
        Target target = serve(exchange -> {
            try (OutputStream out = exchange.stream(409, "text/plain")) {
                out.write("one ".getBytes(UTF_8));
                out.flush();
                out.write("two".getBytes(UTF_8));
            }
        });
        assertThat(client.upgrade(request(target))).isInstanceOfSatisfying(UpgradeAnswer.Refused.class, refused -> {
            assertThat(refused.response().status()).isEqualTo(409);
            assertThat(refused.response().text()).isEqualTo("one two");
        });
    }

    @Test
    void tellsWhyThereIsNoAnswer() throws Exception {
        Target target = serve(exchange -> exchange.respond(200, "", new byte[0]));
        Target untrusted = Target.https("127.0.0.1", target.port(), ClientTls.trusting(List.of()));
        assertThatThrownBy(() -> client.upgrade(request(untrusted)))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.code()).isEqualTo(Code.TLS_UNTRUSTED));
        ClientTls other =
                ClientTls.trusting(List.of(pki.authority.certificate())).expecting("other.example");
        assertThatThrownBy(() -> client.upgrade(request(Target.https("127.0.0.1", target.port(), other))))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.code()).isEqualTo(Code.TLS_NAME_MISMATCH));
        Target nobody = Target.http("127.0.0.1", 1);
        assertThatThrownBy(() -> client.upgrade(request(nobody)))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.code()).isEqualTo(Code.CONNECT_REFUSED));
        try (ServerSocket silent = new ServerSocket(0, 5, new InetSocketAddress("127.0.0.1", 0).getAddress())) {
            HttpRequest impatient =
                    request(Target.http("127.0.0.1", silent.getLocalPort())).timeout(Duration.ofMillis(100));
            assertThatThrownBy(() -> client.upgrade(impatient))
                    .isInstanceOfSatisfying(
                            TransportException.class, e -> assertThat(e.code()).isEqualTo(Code.TIMEOUT));
        }
    }

    @Test
    void sendsNoHeaderThatCouldBeginAnotherRequest() throws Exception {
        Target target = serve(exchange -> exchange.respond(200, "", new byte[0]));
        HttpRequest split = request(target).header("X-Name", "a\r\nHost: b");
        assertThatThrownBy(() -> client.upgrade(split)).isInstanceOf(IllegalArgumentException.class);
        HttpRequest path = HttpRequest.get(target, "/a b");
        assertThatThrownBy(() -> client.upgrade(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTunnelPassesHalfClosesOnAndEndsWithItsSides() throws Exception {
        Target echo = serve(exchange -> {
            try (Exchange.RawConnection connection = exchange.upgrade("SPDY/3.1")) {
                connection.input().transferTo(connection.output());
                connection.output().write("!".getBytes(UTF_8));
                connection.output().close();
                connection.input().readAllBytes();
            }
        });
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        Target front = serve(exchange -> {
            Exchange.RawConnection far = switched(echo);
            try {
                Tunnel.join(exchange.upgrade("SPDY/3.1"), far);
                ended.complete(true);
            } catch (InterruptedException e) {
                ended.completeExceptionally(e);
            }
        });
        Exchange.RawConnection connection = switched(front);
        connection.output().write("hello".getBytes(UTF_8));
        assertThat(new String(connection.input().readNBytes(5), UTF_8)).isEqualTo("hello");
        connection.output().close();
        assertThat(new String(connection.input().readAllBytes(), UTF_8)).isEqualTo("!");
        assertThat(ended.get()).isTrue();
    }

    @Test
    void aTunnelWhoseClientIsGoneEndsTheOtherSide() throws Exception {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        Target silent = serve(exchange -> {
            try (Exchange.RawConnection connection = exchange.upgrade("SPDY/3.1")) {
                end.complete(connection.input().read());
            } catch (IOException e) {
                end.complete(-1);
            }
        });
        Target front = serve(exchange -> {
            try {
                Tunnel.join(exchange.upgrade("SPDY/3.1"), switched(silent));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        switched(front).close();
        assertThat(end.get()).isEqualTo(-1);
    }

    @Test
    void aTunnelGivesUpASideThatDoesNotEnd() throws Exception {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        CompletableFuture<Integer> far = new CompletableFuture<>();
        Target deaf = serve(exchange -> {
            try (Exchange.RawConnection connection = exchange.upgrade("SPDY/3.1")) {
                connection.input().read();
                far.get();
            } catch (Exception e) {
                throw new IOException(e);
            }
        });
        Target front = serve(exchange -> {
            try {
                Tunnel.join(exchange.upgrade("SPDY/3.1"), switched(deaf), Duration.ofMillis(100));
                ended.complete(true);
            } catch (InterruptedException e) {
                ended.completeExceptionally(e);
            }
        });
        Exchange.RawConnection connection = switched(front);
        connection.output().close();
        assertThat(connection.input().read()).isEqualTo(-1);
        assertThat(ended.get()).isTrue();
        far.complete(0);
    }

    @Test
    void streamsARequestBody() throws Exception {
        Target target = serve(exchange -> exchange.respond(200, "text/plain", exchange.readBody(4 << 20)));
        byte[] block = new byte[1 << 20];
        new Random(5).nextBytes(block);
        HttpRequest request = HttpRequest.of("PUT", target, "/");
        try (StreamingResponse answer = client.open(request, new java.io.ByteArrayInputStream(block))) {
            assertThat(answer.body().readAllBytes()).isEqualTo(block);
        }
    }
}
