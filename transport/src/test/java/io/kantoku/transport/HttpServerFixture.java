package io.kantoku.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kantoku.lab.NetworkStack;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A server with short limits, listeners of it, and clients; all are closed after each test. */
@Timeout(30)
abstract class HttpServerFixture {
    static final int LIMIT = 1 << 20;

    final TestPki pki = new TestPki();
    final TestPki.Accepting trust = new TestPki.Accepting();
    final List<AutoCloseable> open = new ArrayList<>();
    final HttpServer server = keep(HttpServer.start(new ServerLimits(Duration.ofMillis(400), 64 * 1024, 512)));

    <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    Listener tls(String address, TlsIdentity identity, HttpHandler handler) throws IOException {
        return server.listen(new ListenSpec(
                "test",
                NetworkStack.host(),
                new InetSocketAddress(InetAddress.ofLiteral(address), 0),
                Optional.of(identity),
                List.of(pki.authority.certificate()),
                handler));
    }

    Listener tls(HttpHandler handler) throws IOException {
        return tls("127.0.0.1", pki.server("127.0.0.1"), handler);
    }

    Listener plain(HttpHandler handler) throws IOException {
        return server.listen(new ListenSpec(
                "plain",
                NetworkStack.host(),
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                Optional.empty(),
                List.of(),
                handler));
    }

    HttpClient client(HttpClient.Version version) {
        return keep(HttpClient.newBuilder()
                .version(version)
                .sslContext(TestPki.context(trust, null))
                .sslParameters(noNameCheck())
                .build());
    }

    SSLParameters noNameCheck() {
        SSLParameters parameters = TestPki.context(trust, null).getDefaultSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("");
        return parameters;
    }

    static URI uri(Listener listener, String path) {
        return URI.create("https://" + listener.address().getHostString() + ":"
                + listener.address().getPort() + path);
    }

    SSLSocket tlsSocket(Listener listener) throws IOException {
        return keep((SSLSocket) TestPki.context(trust, null)
                .getSocketFactory()
                .createSocket(
                        listener.address().getAddress(), listener.address().getPort()));
    }

    Socket socket(Listener listener) throws IOException {
        return keep(
                new Socket(listener.address().getAddress(), listener.address().getPort()));
    }

    static void echo(Exchange exchange) throws IOException {
        byte[] body = exchange.readBody(LIMIT);
        String about = exchange.method() + " " + exchange.rawPath() + "?" + exchange.rawQuery() + " "
                + (exchange.http2() ? "h2" : "h1") + " "
                + Thread.currentThread().isVirtual() + "\n";
        exchange.responseHeader("X-Local", exchange.local().getHostString())
                .respond(200, "text/plain", (about + new String(body, UTF_8)).getBytes(UTF_8));
    }

    static boolean readsEnd(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    String raw(Listener listener, String request) throws IOException {
        return rawOn(socket(listener), request);
    }

    static String rawOn(Socket socket, String request) throws IOException {
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

    static void awaitQuietly(CountDownLatch latch) throws IOException {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
