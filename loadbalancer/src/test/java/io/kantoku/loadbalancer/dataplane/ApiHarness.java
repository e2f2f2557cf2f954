package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.transport.fake.FakeExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The API on a fake engine, called without a network. */
public final class ApiHarness implements AutoCloseable {
    public static final String BASE = "/v2/services/haproxy";
    private static final String FILE = """
            # _version=1
            global
              maxconn 100

            defaults
              mode tcp

            userlist controller
              user admin insecure-password secret
            """;

    public final FakeEngine engine = new FakeEngine();
    public final Configuration configuration;
    private final DataPlaneApi api;
    private String credentials = "admin:secret";

    public ApiHarness(Path directory) throws IOException {
        Path file = directory.resolve("haproxy.cfg");
        DurableFile.write(file, FILE);
        configuration =
                new Configuration(file, HaproxyConfig.parse(FILE), engine, Duration.ZERO, InstantSource.system());
        api = new DataPlaneApi(configuration, engine);
    }

    /** An answer. */
    public record Reply(
            int status,
            JsonNode body,
            @Nullable String version,
            Optional<String> reload,
            byte[] bytes,
            Map<String, String> headers) {}

    public ApiHarness as(String userAndPassword) {
        credentials = userAndPassword;
        return this;
    }

    public Reply call(String method, String target) {
        return call(method, target, new byte[0]);
    }

    public Reply call(String method, String target, String json) {
        return call(method, target, json.getBytes(StandardCharsets.UTF_8));
    }

    public Reply call(String method, String target, byte[] body) {
        return call(method, target, "application/json", body);
    }

    public Reply call(String method, String target, String contentType, byte[] body) {
        return call(method, target, Map.of("Content-Type", contentType), body);
    }

    public Reply call(String method, String target, Map<String, String> headers, byte[] body) {
        FakeExchange exchange = new FakeExchange(method, target, body);
        headers.forEach(exchange::header);
        if (!credentials.isEmpty()) {
            exchange.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
        }
        try {
            api.handle(exchange);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean json = exchange.sent("Content-Type").equals(Optional.of("application/json"));
        JsonNode node = json ? ApiJson.parse(exchange.bytes()) : ApiJson.object();
        Map<String, String> told = new TreeMap<>();
        for (String name : List.of("Allow", "Configuration-Version", "Reload-ID")) {
            exchange.sent(name).ifPresent(value -> told.put(name, value));
        }
        return new Reply(
                exchange.status(),
                node,
                exchange.sent("Configuration-Version").orElse(null),
                exchange.sent("Reload-ID"),
                exchange.bytes(),
                told);
    }

    /** Waits for the end of a reload and gives its status. */
    public String ended(String reload) {
        for (int i = 0; i < 1000; i++) {
            String status = call("GET", BASE + "/reloads/" + reload)
                    .body()
                    .path("status")
                    .asText();
            if (!status.equals("in_progress")) {
                return status;
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new AssertionError("reload " + reload + " does not end");
    }

    @Override
    public void close() {
        engine.permits.release(1_000_000);
        configuration.close();
    }
}
