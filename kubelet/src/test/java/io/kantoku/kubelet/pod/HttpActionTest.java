package io.kantoku.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.HttpClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpActionTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Map<String, String> heard = new ConcurrentHashMap<>();
    private HttpServer server;
    private HttpClient http;
    private HttpAction action;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/ok", exchange -> answer(exchange, 200, ""));
        server.createContext("/broken", exchange -> answer(exchange, 503, ""));
        server.createContext("/here", exchange -> answer(exchange, 302, "/broken?a=b"));
        server.createContext("/there", exchange -> answer(exchange, 302, "http://192.0.2.1/ok"));
        server.createContext("/round", exchange -> answer(exchange, 302, "/round"));
        server.start();
        http = HttpClient.start();
        action = new HttpAction(NetworkStack.host(), http);
    }

    private void answer(HttpExchange exchange, int status, String location) throws IOException {
        for (String name : new String[] {"Host", "User-Agent", "Accept", "X-Mine"}) {
            String value = exchange.getRequestHeaders().getFirst(name);
            heard.put(name, value == null ? "none" : value);
        }
        if (!location.isEmpty()) {
            exchange.getResponseHeaders().add("Location", location);
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    @AfterEach
    void stop() {
        http.close();
        server.stop(0);
    }

    private ProbeResult probe(String get) {
        return action.probe(json(get), "127.0.0.1", server.getAddress().getPort(), LIMIT);
    }

    private static JsonNode json(String get) {
        return Yaml.parse(get);
    }

    @Test
    void anAnswerIsJudgedByItsStatus() {
        assertThat(probe("{path: ok}")).isEqualTo(new ProbeResult.Success());
        assertThat(probe("{path: /broken}"))
                .isEqualTo(new ProbeResult.Failure("HTTP probe failed with statuscode: 503"));
    }

    @Test
    void redirectsAreFollowedWithinTheHostOnly() {
        assertThat(probe("{path: /here}")).isEqualTo(new ProbeResult.Failure("HTTP probe failed with statuscode: 503"));
        assertThat(probe("{path: /there}"))
                .isInstanceOfSatisfying(
                        ProbeResult.Warning.class,
                        warning ->
                                assertThat(warning.words()).startsWith("Probe terminated redirects, Response body: "));
        assertThat(probe("{path: /round}"))
                .isInstanceOfSatisfying(
                        ProbeResult.Failure.class,
                        failure -> assertThat(failure.words()).endsWith("stopped after 10 redirects"));
    }

    @Test
    void ownHeadersTakeThePlaceOfTheUsualOnes() {
        probe("{path: /ok}");
        assertThat(heard).containsEntry("Accept", "*/*").containsEntry("X-Mine", "none");
        assertThat(heard.get("User-Agent")).startsWith("kube-probe/");
        probe("{path: /ok, httpHeaders: [{name: Host, value: web.example.org}, {name: user-agent, value: me},"
                + " {name: X-Mine, value: x}]}");
        assertThat(heard)
                .containsEntry("Host", "web.example.org")
                .containsEntry("User-Agent", "me")
                .containsEntry("X-Mine", "x");
    }

    @Test
    void aHookIsHeardWhateverTheAnswer() {
        int port = server.getAddress().getPort();
        assertThat(action.tell(json("{path: /broken}"), "127.0.0.1", port, LIMIT))
                .isEmpty();
        server.stop(0);
        assertThat(action.tell(json("{path: /ok}"), "127.0.0.1", port, LIMIT).orElseThrow())
                .isEqualTo("Get \"http://127.0.0.1:" + port + "/ok\": dial tcp 127.0.0.1:" + port
                        + ": connect: connection refused");
    }
}
