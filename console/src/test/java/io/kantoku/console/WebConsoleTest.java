package io.kantoku.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.transport.fake.FakeExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Serving the console's files: headers that protect it, what is kept by browsers, and the page that stands in for it. */
class WebConsoleTest {
    private static final Map<String, Asset> FILES = Map.of(
            "/index.html", new Asset("text/html; charset=utf-8", "aa", false, text("<html>"), text("gz")),
            "/assets/index-1.js", new Asset("text/javascript; charset=utf-8", "bb", true, text("let a"), null));

    private final WebConsole console = new WebConsole(FILES, Json::object);

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static FakeExchange request(String method, String path) {
        return new FakeExchange(method, path, new byte[0]);
    }

    /** @param headers names and values in turn */
    private FakeExchange get(String path, String... headers) throws IOException {
        FakeExchange exchange = request("GET", path);
        for (int i = 0; i < headers.length; i += 2) {
            exchange.header(headers[i], headers[i + 1]);
        }
        console.handle(exchange);
        return exchange;
    }

    @Test
    void allowsNoScriptAndNoStyleInAPage() throws IOException {
        FakeExchange answer = get("/");
        assertThat(answer.text()).isEqualTo("<html>");
        assertThat(answer.sent("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .contains("require-trusted-types-for 'script'")
                .doesNotContain("unsafe");
        assertThat(answer.sent("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.sent("X-Frame-Options")).hasValue("DENY");
        assertThat(answer.sent("Referrer-Policy")).hasValue("no-referrer");
    }

    @Test
    void thePageIsAskedForAgainAndItsFilesAreKept() throws IOException {
        assertThat(get("/").sent("Cache-Control")).hasValue("no-cache");
        assertThat(get("/assets/index-1.js").sent("Cache-Control").orElseThrow())
                .contains("immutable", "max-age=31536000");
    }

    @Test
    void answersNotModifiedToWhoHasTheSameBytes() throws IOException {
        assertThat(get("/", "If-None-Match", "\"aa\"").status()).isEqualTo(304);
        assertThat(get("/", "If-None-Match", "\"zz\"").status()).isEqualTo(200);
        FakeExchange other = get("/", "If-None-Match", "\"aa\"", "Accept-Encoding", "gzip");
        assertThat(other.status()).as("the compressed form is another entity").isEqualTo(200);
    }

    @Test
    void compressesForWhoTakesIt() throws IOException {
        FakeExchange answer = get("/", "Accept-Encoding", "br, gzip");
        assertThat(answer.sent("Content-Encoding")).hasValue("gzip");
        assertThat(answer.sent("Vary")).hasValue("Accept-Encoding");
        assertThat(answer.text()).isEqualTo("gz");
        assertThat(get("/", "Accept-Encoding", "gzip;q=0").text()).isEqualTo("<html>");
        assertThat(get("/assets/index-1.js", "Accept-Encoding", "gzip").sent("Content-Encoding"))
                .isEmpty();
    }

    @Test
    void onlyReads() throws IOException {
        FakeExchange post = request("POST", "/");
        console.handle(post);
        assertThat(post.status()).isEqualTo(405);
        assertThat(post.sent("Allow")).hasValue("GET, HEAD");
    }

    @Test
    void knowsItsFilesAndNothingElse() {
        assertThat(console.serves("/")).isTrue();
        assertThat(console.serves("/assets/index-1.js")).isTrue();
        assertThat(console.serves("/assets/../index.html")).isFalse();
        assertThat(console.serves("/api/session")).isFalse();
    }

    @Test
    void showsTheStatusPageWhereNothingWasBuilt() throws IOException {
        ObjectNode status = Json.object().put("runtime", "simulated");
        FakeExchange exchange = request("GET", "/");
        new WebConsole(Map.of(), () -> status).handle(exchange);
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.text()).contains("simulated", "Node.js");
        assertThat(exchange.sent("Content-Security-Policy").orElseThrow()).contains("default-src 'none'");
    }

    @Test
    void whatIsInTheClassPathIsComplete() throws IOException {
        WebConsole built = WebConsole.load(Json::object);
        FakeExchange page = request("GET", "/");
        built.handle(page);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).doesNotContain("<style", "onclick=", "<script>");
    }
}
