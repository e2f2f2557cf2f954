package io.kantoku.cli.instance;

import io.kantoku.apimachinery.Json;
import io.kantoku.console.WebConsole;
import io.kantoku.supervisor.rest.SupportBundles;
import io.kantoku.supervisor.rest.VcenterApi;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What answers on the console's port: vCenter's REST API, the plugin's download, the authority's certificate, and the web console. */
final class ConsoleDoor implements HttpHandler {
    private final HttpHandler api;
    private final HttpHandler front;
    private final SupportBundles bundles;
    private final InstanceStatus status;
    private final WebConsole console;
    private final byte[] certificates;

    ConsoleDoor(
            HttpHandler api,
            HttpHandler front,
            SupportBundles bundles,
            InstanceStatus status,
            WebConsole console,
            byte[] certificates) {
        this.api = api;
        this.front = front;
        this.bundles = bundles;
        this.status = status;
        this.console = console;
        this.certificates = certificates;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        String path = exchange.rawPath();
        exchange.responseHeader("X-Content-Type-Options", "nosniff");
        if (path.equals("/api/kantoku/status")) {
            exchange.respond(200, "application/json", Json.bytes(status.toJson()));
        } else if (VcenterApi.serves(path)) {
            api.handle(exchange);
        } else if (SupportBundles.serves(path)) {
            bundles.handle(exchange);
        } else if (path.startsWith("/wcp/plugin/")) {
            front.handle(exchange);
        } else if (path.equals("/certs/download.zip")) {
            exchange.responseHeader("Content-Disposition", "attachment; filename=download.zip");
            exchange.respond(200, "application/zip", certificates);
        } else if (path.equals("/healthz")) {
            exchange.respond(200, "text/plain", "ok".getBytes(StandardCharsets.US_ASCII));
        } else if (console.serves(path)) {
            console.handle(exchange);
        } else {
            exchange.respond(
                    404, "text/plain", ("there is nothing at " + path + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
