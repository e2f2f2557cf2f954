package io.kantoku.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.pki.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Listeners: their certificates, the connections they take, and their end. */
class ListenersTest extends HttpServerFixture {
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
        Listener listener = tls(HttpServerFixture::echo);
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
        Listener two = tls("127.0.0.2", first, HttpServerFixture::echo);
        Listener three = tls("127.0.0.3", second, HttpServerFixture::echo);
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
        Listener warm = tls(HttpServerFixture::echo);
        shownBy(warm);
        long before = platformThreads();
        for (int i = 0; i < 20; i++) {
            shownBy(keep(tls("127.0.0." + (10 + i), pki.server("127.0.0." + (10 + i)), HttpServerFixture::echo)));
        }
        assertThat(platformThreads() - before).isLessThanOrEqualTo(3);
    }

    private static long platformThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("http"))
                .count();
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
        Listener other = tls("127.0.0.5", pki.server("127.0.0.5"), HttpServerFixture::echo);
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
                HttpServerFixture::echo));
        assertThat(shownBy(again)).isNotNull();
    }

    @Test
    void closesConnectionsThatSendNothing() throws Exception {
        Listener listener = plain(HttpServerFixture::echo);
        assertThat(readsEnd(socket(listener))).isTrue();
        Socket half = socket(listener);
        half.getOutputStream().write("GET / HT".getBytes(UTF_8));
        assertThat(readsEnd(half)).isTrue();
        Socket noBody = socket(listener);
        noBody.getOutputStream().write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n".getBytes(UTF_8));
        String answer = new String(noBody.getInputStream().readAllBytes(), UTF_8);
        assertThat(answer).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void namesTheAddressThatCannotBeBound() throws Exception {
        Listener listener = plain(HttpServerFixture::echo);
        ListenSpec taken = new ListenSpec(
                "taken", NetworkStack.host(), listener.address(), Optional.empty(), List.of(), HttpServerFixture::echo);
        assertThatThrownBy(() -> server.listen(taken))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + listener.address().getPort());
    }
}
