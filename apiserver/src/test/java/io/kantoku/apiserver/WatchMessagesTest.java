package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.Json;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches over WebSocket, as fabric8's client and browsers open them. */
class WatchMessagesTest {
    @TempDir
    private Path directory;

    /** Collects whole messages. */
    private static final class Messages implements WebSocket.Listener {
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                received.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }

    @Test
    void everyEventIsATextMessage() throws Exception {
        try (TestApi api = new TestApi(directory);
                HttpServer http = HttpServer.start();
                HttpClient client = HttpClient.newHttpClient();
                Listener listener = http.listen(new ListenSpec(
                        "api",
                        NetworkStack.host(),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Optional.empty(),
                        List.of(),
                        api.server().handler(TestApi.ONE)))) {
            Messages messages = new Messages();
            WebSocket socket = client.newWebSocketBuilder()
                    .header("Authorization", "Bearer admin")
                    .buildAsync(
                            URI.create("ws://127.0.0.1:" + listener.address().getPort()
                                    + "/api/v1/namespaces/default/configmaps?watch=true"),
                            messages)
                    .get(10, TimeUnit.SECONDS);
            api.ok("POST", "/api/v1/namespaces/default/configmaps", TestApi.configMap("one", "x".repeat(100_000)));
            String event = messages.received.poll(10, TimeUnit.SECONDS);
            assertThat(Json.parseObject(event.getBytes(StandardCharsets.UTF_8))
                            .path("type")
                            .asText())
                    .isEqualTo("ADDED");
            api.ok("DELETE", "/api/v1/namespaces/default/configmaps/one", "");
            assertThat(messages.received.poll(10, TimeUnit.SECONDS)).startsWith("{\"type\":\"DELETED\"");
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
        }
    }
}
