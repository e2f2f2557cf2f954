package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Data Plane API v2.1 (with some resources of later versions) and v3 on one configuration, and {@code /metrics} for Prometheus.
 * Paths, codes and bodies of v2 are those of the API that the vSphere HAProxy appliance shipped with.
 */
public final class DataPlaneApi implements HttpHandler {
    public static final String VERSION = "v2.1.0";

    private static final String THIRD_VERSION = "v3.0.0";

    private static final Logger LOG = LoggerFactory.getLogger(DataPlaneApi.class);
    private static final String SECOND = "/v2";
    private static final String THIRD = "/v3";

    private final Configuration configuration;
    private final Users users;
    private final Map<String, List<Route>> routes;
    private final Metrics metrics;

    public DataPlaneApi(Configuration configuration, Realisation engine) {
        this.configuration = configuration;
        this.users = new Users(configuration::current);
        this.metrics = new Metrics(configuration, engine);
        List<Route> second = new ArrayList<>(ConfigurationRoutes.of(configuration, engine));
        second.addAll(SiteRoutes.of(configuration));
        List<Route> third = new ArrayList<>(NestedConfigurationRoutes.of(configuration, engine));
        this.routes =
                Map.of(SECOND, complete(SECOND, second, engine, false), THIRD, complete(THIRD, third, engine, true));
    }

    private List<Route> complete(String base, List<Route> all, Realisation engine, boolean nested) {
        all.add(new Route("GET", "/info", "About this API", call -> Answer.ok(info(nested))));
        all.add(new Route(
                "GET",
                "/health",
                "Whether the engine runs",
                call -> Answer.ok(ApiJson.object().put("haproxy", engine.running() ? "up" : "down"))));
        all.addAll(TransactionRoutes.of(configuration, nested));
        all.addAll(RuntimeRoutes.of(engine, nested));
        all.addAll(MapRoutes.of(configuration, engine, nested));
        all.addAll(StickTableRoutes.of(engine, nested));
        all.addAll(StorageRoutes.of(configuration));
        List<Route> described = List.copyOf(all);
        all.add(new Route(
                "GET",
                "/specification",
                "This API as a Swagger 2 document",
                call -> Answer.ok(Specification.swagger(base, described))));
        all.add(new Route(
                "GET",
                "/specification_openapiv3",
                "This API as an OpenAPI 3 document",
                call -> Answer.ok(Specification.openApi(base, described))));
        for (String path : directories(all)) {
            all.add(new Route(
                    "GET", path, "What is below " + path, call -> Answer.ok(children(base, described, path))));
        }
        return List.copyOf(all);
    }

    private static ObjectNode info(boolean nested) {
        ObjectNode info = ApiJson.object();
        info.putObject("api")
                .put("build_date", "2020-07-01T00:00:00.000Z")
                .put("version", (nested ? THIRD_VERSION : VERSION) + " kantoku");
        info.putObject("system");
        return info;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        if (Cors.answer(exchange)) {
            return;
        }
        exchange.responseHeader(
                "Configuration-Version", String.valueOf(configuration.current().version()));
        Answer answer;
        try {
            answer = answer(exchange);
        } catch (DataPlaneException e) {
            if (e.code() == Code.UNAUTHORIZED) {
                exchange.responseHeader("WWW-Authenticate", "Basic realm=\"Data Plane API\"");
            }
            int status = e.code().status() == 0 ? 500 : e.code().status();
            answer = error(status, e.bodyCode() == 0 ? 500 : e.bodyCode(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) { // the request loop
            LOG.atError()
                    .setMessage("request failed")
                    .addKeyValue("method", exchange.method())
                    .addKeyValue("path", exchange.rawPath())
                    .setCause(e)
                    .log();
            answer = error(500, 500, "internal error: " + e.getMessage());
        }
        answer.reload().ifPresent(id -> exchange.responseHeader("Reload-ID", id));
        exchange.responseHeader(
                "Configuration-Version", String.valueOf(configuration.current().version()));
        if (answer.body() == null) {
            exchange.respond(answer.status(), "", new byte[0]);
        } else if (answer.body() instanceof Answer.PlainText plain) {
            exchange.respond(answer.status(), "text/plain", plain.text().getBytes(StandardCharsets.UTF_8));
        } else if (answer.body() instanceof Answer.Download file) {
            exchange.respond(answer.status(), "application/octet-stream", file.content());
        } else {
            exchange.respond(answer.status(), "application/json", ApiJson.bytes(answer.body()));
        }
    }

    private static Answer error(int status, int code, String message) {
        return new Answer(status, ApiJson.object().put("code", code).put("message", message), Optional.empty());
    }

    private Answer answer(Exchange exchange) {
        users.authenticate(exchange.header("Authorization"));
        String path = exchange.rawPath();
        if (path.equals("/metrics")) {
            return Answer.ok(new Answer.PlainText(metrics.print()));
        }
        String base = path.startsWith(THIRD) ? THIRD : SECOND;
        String below = path.equals(base) ? "/" : path.startsWith(base + "/") ? path.substring(base.length()) : "";
        if (below.length() > 1 && below.endsWith("/")) {
            below = below.substring(0, below.length() - 1);
        }
        TreeSet<String> methods = new TreeSet<>();
        for (Route route : routes.getOrDefault(base, List.of())) {
            Optional<Map<String, String>> variables = route.match(below);
            if (variables.isPresent()) {
                if (route.method().equals(exchange.method())) {
                    MediaTypes.check(exchange.header("Accept"), route);
                    return route.operation().answer(new Call(exchange, variables.get()));
                }
                methods.add(route.method());
            }
        }
        if (methods.isEmpty()) {
            throw new DataPlaneException(Code.NOT_FOUND, "path " + path + " was not found");
        }
        exchange.responseHeader("Allow", String.join(", ", methods));
        throw new DataPlaneException(
                Code.METHOD_NOT_ALLOWED,
                "method " + exchange.method() + " is not allowed, but [" + String.join(",", methods) + "] are");
    }

    /** Every path that has others below it and no answer of its own. */
    private static Set<String> directories(List<Route> routes) {
        Set<String> directories = new TreeSet<>();
        for (Route route : routes) {
            String path = route.template();
            for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/')) {
                path = path.substring(0, slash);
                directories.add(path);
            }
        }
        directories.add("/");
        routes.forEach(route -> directories.remove(route.template()));
        return directories;
    }

    private static List<ObjectNode> children(String base, List<Route> routes, String path) {
        String prefix = path.equals("/") ? "/" : path + "/";
        Map<String, String> titles = new TreeMap<>();
        for (Route route : routes) {
            String template = route.template();
            if (template.startsWith(prefix) && template.length() > prefix.length()) {
                int end = template.indexOf('/', prefix.length());
                String child = end < 0 ? template : template.substring(0, end);
                titles.putIfAbsent(child, end < 0 ? route.title() : "What is below " + child);
            }
        }
        return titles.entrySet().stream()
                .map(e -> ApiJson.object()
                        .put("description", e.getValue())
                        .put("title", e.getKey().substring(prefix.length()))
                        .put("url", base + e.getKey()))
                .toList();
    }
}
