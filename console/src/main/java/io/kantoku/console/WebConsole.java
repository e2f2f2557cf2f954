package io.kantoku.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Answers with the files of the built console, held in memory. Where the build had no Node.js and there are none, {@code /} is a
 * status page.
 *
 * <p>No script and no style may stand in a page: the content security policy takes files of this server only, and scripts may
 * make markup from nothing but the templates of Lit (trusted types).
 */
public final class WebConsole implements HttpHandler {
    static final String POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types lit-html");
    private static final String ROOT = "web/";

    private final Map<String, Asset> assets;
    private final Supplier<JsonNode> status;

    WebConsole(Map<String, Asset> assets, Supplier<JsonNode> status) {
        this.assets = Map.copyOf(assets);
        this.status = status;
    }

    /**
     * The console that was built into the class path.
     *
     * @param status of the instance, for the page that stands in for the console
     */
    public static WebConsole load(Supplier<JsonNode> status) throws IOException {
        Map<String, Asset> assets = new HashMap<>();
        Optional<byte[]> list = resource("site.json");
        if (list.isPresent()) {
            for (JsonNode entry : Json.parse(list.get())) {
                String path = entry.path("path").asText();
                assets.put("/" + path, asset(path, entry));
            }
        }
        return new WebConsole(assets, status);
    }

    private static Asset asset(String path, JsonNode entry) throws IOException {
        byte[] bytes = resource(path).orElseThrow(() -> new IOException("the built console lacks its file " + path));
        return new Asset(
                entry.path("type").asText(),
                entry.path("digest").asText(),
                entry.path("immutable").asBoolean(),
                bytes,
                entry.path("gzip").asBoolean() ? resource(path + ".gz").orElse(null) : null);
    }

    private static Optional<byte[]> resource(String path) throws IOException {
        try (InputStream stream = WebConsole.class.getResourceAsStream(ROOT + path)) {
            return stream == null ? Optional.empty() : Optional.of(stream.readAllBytes());
        }
    }

    /** Whether there is a page or file at a path. */
    public boolean serves(String path) {
        return path.equals("/") || assets.containsKey(path);
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        String path = exchange.rawPath();
        exchange.responseHeader("X-Content-Type-Options", "nosniff")
                .responseHeader("Content-Security-Policy", POLICY)
                .responseHeader("X-Frame-Options", "DENY")
                .responseHeader("Referrer-Policy", "no-referrer")
                .responseHeader("Cross-Origin-Opener-Policy", "same-origin")
                .responseHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (!exchange.method().equals("GET") && !exchange.method().equals("HEAD")) {
            exchange.responseHeader("Allow", "GET, HEAD");
            exchange.respond(
                    405, "text/plain", "the console's files can only be read\n".getBytes(StandardCharsets.UTF_8));
            return;
        }
        Asset asset = assets.get(path.equals("/") ? "/index.html" : path);
        if (asset != null) {
            send(exchange, asset);
        } else if (path.equals("/")) {
            exchange.responseHeader("Cache-Control", "no-store");
            exchange.respond(
                    200,
                    "text/html; charset=utf-8",
                    StatusPage.render(status.get()).getBytes(StandardCharsets.UTF_8));
        } else {
            exchange.respond(
                    404, "text/plain", ("there is nothing at " + path + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void send(Exchange exchange, Asset asset) throws IOException {
        boolean gzip = asset.gzip().isPresent() && takesGzip(exchange);
        exchange.responseHeader("ETag", asset.etag(gzip))
                .responseHeader("Vary", "Accept-Encoding")
                .responseHeader(
                        "Cache-Control", asset.immutable() ? "public, max-age=31536000, immutable" : "no-cache");
        if (exchange.header("If-None-Match")
                .filter(known -> known.contains(asset.etag(gzip)))
                .isPresent()) {
            exchange.respond(304, "", new byte[0]);
            return;
        }
        if (gzip) {
            exchange.responseHeader("Content-Encoding", "gzip");
        }
        exchange.respond(200, asset.type(), gzip ? asset.gzip().orElseThrow() : asset.bytes());
    }

    private static boolean takesGzip(Exchange exchange) {
        for (String item : exchange.header("Accept-Encoding").orElse("").split(",", -1)) {
            String coding = item.trim();
            if (coding.startsWith("gzip")) {
                return !coding.replace(" ", "").matches("gzip;q=0(\\.0*)?");
            }
        }
        return false;
    }
}
