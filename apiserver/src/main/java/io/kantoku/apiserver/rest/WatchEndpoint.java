package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apiserver.metrics.ApiMetrics;
import io.kantoku.apiserver.registry.CollectionWatch;
import io.kantoku.apiserver.registry.Registry;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.Selection;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.websocket.WebSocketHandshake;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/** Serves watches. Each runs on its request's virtual thread, which sleeps while nothing happens that concerns it. */
final class WatchEndpoint {
    private static final int SHORTEST_DEFAULT_SECONDS = 1800;

    private final Registry registry;
    private final ApiMetrics metrics;
    private final ObjectForms forms;

    WatchEndpoint(Registry registry, ApiMetrics metrics, ObjectForms forms) {
        this.registry = registry;
        this.metrics = metrics;
        this.forms = forms;
    }

    /**
     * What a watch request asks for.
     *
     * @param initialEvents whether the present state comes first, with a bookmark at its end
     * @param onlyNew whether the present state is not wanted at all
     */
    private record Options(
            String resourceVersion, boolean initialEvents, boolean onlyNew, boolean bookmarks, Duration timeout) {
        static Options of(Exchange exchange) {
            String match = Parameters.text(exchange, "resourceVersionMatch");
            boolean asked = exchange.query("sendInitialEvents").isPresent();
            if (asked ? !match.equals("NotOlderThan") : !match.isEmpty()) {
                throw ApiException.invalid(
                        new GroupKind("meta.k8s.io", "ListOptions"),
                        "",
                        List.of(
                                FieldError.forbidden(
                                        FieldPath.of("resourceVersionMatch"),
                                        asked
                                                ? "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
                                                : "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")));
            }
            int seconds = Parameters.number(exchange, "timeoutSeconds");
            Parameters.number(exchange, "limit"); // has to be a number, though a watch has no pages
            if (seconds == 0) {
                seconds = SHORTEST_DEFAULT_SECONDS + ThreadLocalRandom.current().nextInt(SHORTEST_DEFAULT_SECONDS);
            }
            return new Options(
                    Parameters.text(exchange, "resourceVersion"),
                    exchange.flag("sendInitialEvents"),
                    asked && !exchange.flag("sendInitialEvents"),
                    exchange.flag("allowWatchBookmarks"),
                    Duration.ofSeconds(seconds));
        }

        boolean fromNow() {
            return initialEvents || resourceVersion.isEmpty() || resourceVersion.equals("0");
        }
    }

    void serve(
            Exchange exchange, ClusterId cluster, ResourceType type, String version, Selection selection, Wanted wanted)
            throws IOException {
        Options options = Options.of(exchange);
        WatchFrames frames = new WatchFrames(
                type, version, WebSocketHandshake.requested(exchange) ? wanted.asJson() : wanted, forms);
        CollectionWatch watch;
        try {
            watch = open(cluster, type, selection, options);
        } catch (ApiException e) {
            if (e.code() != 410) {
                throw e;
            }
            // Upstream accepts the watch and tells in its first event that it cannot go on.
            try (OutputStream out = open(exchange, wanted, () -> {})) {
                frames.error(out, e.status());
            }
            return;
        }
        try (watch) {
            try (OutputStream out = open(exchange, wanted, watch::close)) {
                LongAdder events = metrics.of(cluster).watchEvents(type.kindIn(version));
                new WatchRun(watch, frames, options.bookmarks(), options.timeout(), events)
                        .run(out, options.initialEvents(), !options.onlyNew());
            }
        }
    }

    /** @param gone what to do when the client goes away */
    private static OutputStream open(Exchange exchange, Wanted wanted, Runnable gone) throws IOException {
        if (WebSocketHandshake.requested(exchange)) {
            return WatchMessages.open(exchange, gone);
        }
        exchange.onDisconnect(gone);
        return new BufferedOutputStream(exchange.stream(200, wanted.streamType()));
    }

    private CollectionWatch open(ClusterId cluster, ResourceType type, Selection selection, Options options) {
        if (!options.fromNow()) {
            return registry.watchAfter(cluster, type.collection(), selection, options.resourceVersion());
        }
        if (!options.resourceVersion().isEmpty()) {
            registry.awaitVersion(options.resourceVersion());
        }
        return registry.watchFromNow(cluster, type.collection(), selection);
    }
}
