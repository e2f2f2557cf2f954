package io.kantoku.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A webhook server on 127.0.0.1 whose paths answer reviews by functions. */
final class TestWebhook implements AutoCloseable {
    private final CertificateAuthority authority =
            CertificateAuthority.create("webhooks", CertificateAuthority.DEFAULT_VALIDITY, InstantSource.system());
    private final HttpServer server = HttpServer.start();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<ObjectNode> requests = new CopyOnWriteArrayList<>();
    private final Listener listener;

    TestWebhook() {
        try {
            listener = server.listen(new ListenSpec(
                    "webhook",
                    NetworkStack.host(),
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                    Optional.of(authority.issue(LeafSpec.server("webhook", List.of("127.0.0.1", "hook.ns.svc")))),
                    List.of(authority.certificate()),
                    this::serve));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fills in the response to a request of a review. */
    @FunctionalInterface
    interface Answer {
        void to(ObjectNode request, ObjectNode response) throws IOException;
    }

    /** Answers whatever comes, without a review. */
    @FunctionalInterface
    interface Raw extends Answer {
        void serve(Exchange exchange) throws IOException;

        @Override
        default void to(ObjectNode request, ObjectNode response) {}
    }

    TestWebhook on(String path, Answer answer) {
        answers.put(path, answer);
        return this;
    }

    TestWebhook raw(String path, Raw answer) {
        answers.put(path, answer);
        return this;
    }

    /** The requests so far. */
    List<ObjectNode> requests() {
        return requests;
    }

    int port() {
        return listener.address().getPort();
    }

    String url(String path) {
        return "https://127.0.0.1:" + port() + path;
    }

    String caBundle() {
        return Base64.getEncoder().encodeToString(authority.certificatePem().getBytes(StandardCharsets.UTF_8));
    }

    /** A client configuration in YAML. */
    String config(String path) {
        return "{url: \"" + url(path) + "\", caBundle: " + caBundle() + "}";
    }

    private void serve(Exchange exchange) throws IOException {
        Answer answer = answers.get(exchange.rawPath());
        if (answer instanceof Raw raw) {
            raw.serve(exchange);
            return;
        }
        ObjectNode review = Json.parseObject(exchange.readBody(4 << 20));
        ObjectNode request = review.withObjectProperty("request");
        requests.add(request);
        ObjectNode response = review.putObject("response");
        response.put("uid", request.path("uid").asText());
        if (answer != null) {
            answer.to(request, response);
        }
        review.remove("request");
        exchange.respond(answer == null ? 404 : 200, "application/json", Json.bytes(review));
    }

    @Override
    public void close() {
        listener.close();
        server.close();
    }
}
