package io.kantoku.loadbalancer;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.loadbalancer.ApiChannel.Reply;
import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.transport.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A client of one Data Plane API, version 2.1 to 2.9 or 3. Thread-safe; calls block.
 *
 * <p>Reads take the configuration as text in one call: that is atomic, and as cheap for a thousand objects as for one. Writes
 * go through one transaction each, begun from what was read or from what the last change has left; when somebody else was faster,
 * it is read again and the change is made anew.
 */
public final class DataPlaneClient {
    private static final int MOST_ATTEMPTS = 10;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final DataPlaneEndpoint endpoint;
    private final ApiChannel channel;
    private final RandomGenerator random;

    /** The configuration that the last change has left, for the next to begin with; a conflict tells when it is not that any more. */
    private volatile @Nullable HaproxyConfig known;

    /** How the server wants to be called; found out by the first call. */
    private volatile @Nullable Dialect dialect;

    DataPlaneClient(DataPlaneEndpoint endpoint, ApiChannel channel, RandomGenerator random) {
        this.endpoint = endpoint;
        this.channel = channel;
        this.random = random;
    }

    /** A client; no call is made yet. The HTTP client stays its owner's, and pools the connections. */
    public static DataPlaneClient to(DataPlaneEndpoint endpoint, HttpClient http) {
        return new DataPlaneClient(endpoint, new HttpChannel(http, endpoint), RandomGenerator.getDefault());
    }

    public DataPlaneEndpoint endpoint() {
        return endpoint;
    }

    /**
     * The version that the server says it has: {@code v2.1.0 1eb2ed8}.
     *
     * @throws DataPlaneException UNAUTHORIZED, UNREACHABLE, UNTRUSTED, NOT_DATA_PLANE_API
     */
    public String version() {
        Reply reply = info("/v2/info");
        Optional<String> second = version(reply);
        if (second.isPresent()) {
            dialect = Dialect.ofSecond(second.get());
            return second.get();
        }
        Optional<String> third = reply.status() == 404 ? version(info("/v3/info")) : Optional.empty();
        if (third.isEmpty()) {
            throw new DataPlaneException(
                    Code.NOT_DATA_PLANE_API,
                    endpoint.url() + " answers, but not as a Data Plane API v2 or v3: GET /v2/info gave "
                            + reply.status() + "; check the port");
        }
        dialect = Dialect.V3;
        return third.get();
    }

    private Reply info(String target) {
        Reply reply = channel.send("GET", target, null);
        if (reply.status() == 401) {
            throw failure("GET", target, reply);
        }
        return reply;
    }

    private Optional<String> version(Reply info) {
        return info.good()
                ? Optional.ofNullable(parse(info).path("api").path("version").textValue())
                : Optional.empty();
    }

    private Dialect dialect() {
        Dialect found = dialect;
        if (found == null) {
            version();
            found = dialect;
        }
        return found == null ? Dialect.V2 : found;
    }

    private String path(String below) {
        return dialect().path(below);
    }

    /** The whole configuration with its version, as it is now. */
    public HaproxyConfig read() {
        Reply reply = call("GET", path("/configuration/raw"), null);
        if (!dialect().wraps()) {
            String body = reply.body();
            HaproxyConfig config =
                    HaproxyConfig.parse(body.startsWith("\"") ? parse(reply).asText() : body);
            return reply.version().map(config::withVersion).orElseGet(() -> config.withVersion(currentVersion()));
        }
        JsonNode answer = parse(reply);
        HaproxyConfig config = HaproxyConfig.parse(answer.path("data").asText());
        return config.withVersion(answer.path("_version").asLong(config.version()));
    }

    /** What the engine counts, of all frontends, backends and servers. */
    public List<ProxyStatistics> statistics() {
        List<ProxyStatistics> found = new ArrayList<>();
        JsonNode answer = parse(call("GET", path("/stats/native"), null));
        for (JsonNode engine : answer.isArray() ? answer : List.of(answer)) {
            engine.path("stats").forEach(item -> found.add(ProxyStatistics.of(item)));
        }
        return found;
    }

    /** The servers of a backend as the engine sees them; none when it knows no such backend. */
    public List<RuntimeServer> servers(String backend) {
        String target = dialect().runtimeServers(backend);
        Reply reply = channel.send("GET", target, null);
        if (reply.status() == 404) {
            return List.of();
        }
        List<RuntimeServer> servers = new ArrayList<>();
        for (JsonNode server : parse(checked("GET", target, reply))) {
            servers.add(ApiJson.convert(server, RuntimeServer.class));
        }
        return servers;
    }

    /**
     * Makes all calls of a plan in one transaction, and returns when they are in effect.
     *
     * @param plan what to do, given what is configured; asked again after a conflict
     * @param longest how long to wait for the reload: the vSphere appliance reloads every 30 s
     * @return how many calls were made; 0 when there was nothing to do
     * @throws DataPlaneException BAD_REQUEST when the change is refused, RELOAD_FAILED when it was taken back, DEADLINE when it
     *     is not in effect in time, CONFLICT when others were faster each time
     */
    public int change(Function<HaproxyConfig, List<ConfigCall>> plan, Duration longest) {
        long deadline = System.nanoTime() + longest.toNanos();
        for (int attempt = 1; ; attempt++) {
            HaproxyConfig remembered = known;
            HaproxyConfig observed = remembered == null ? read() : remembered;
            known = null;
            List<ConfigCall> calls = plan.apply(observed);
            if (calls.isEmpty()) {
                known = observed;
                return 0;
            }
            try {
                Optional<String> reload = transact(observed.version(), calls);
                if (reload.isEmpty() || follow(reload.get(), deadline)) {
                    known = after(observed, calls);
                    return calls.size();
                }
                // the server forgot the reload: it was restarted, and only its configuration tells what became of the
                // change
            } catch (DataPlaneException e) {
                if (!raced(e) || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
            pause(
                    Duration.ofNanos(
                            random.nextLong(1, FIRST_PAUSE.multipliedBy(attempt).toNanos())),
                    deadline);
        }
    }

    /**
     * Whether the configuration is the one that the last change has left, by its version.
     *
     * @throws DataPlaneException when it cannot be asked
     */
    public boolean isAsLeft() {
        HaproxyConfig left = known;
        return left != null && left.version() == currentVersion();
    }

    /** Servers before 2.2 have no path for it, and tell it with everything else. */
    private long currentVersion() {
        String target = path("/configuration/version");
        Reply reply = channel.send("GET", target, null);
        if (reply.status() == 404) {
            return parse(call("GET", path("/configuration/global"), null))
                    .path("_version")
                    .asLong();
        }
        return parse(checked("GET", target, reply)).asLong();
    }

    /** Forgets what the configuration and the server's version are believed to be, so that the next change begins with a look at both. */
    public void forget() {
        known = null;
        dialect = null;
    }

    private static HaproxyConfig after(HaproxyConfig before, List<ConfigCall> calls) {
        HaproxyConfig changed = before;
        for (ConfigCall call : calls) {
            changed = call.applyTo(changed);
        }
        return changed.withVersion(before.version() + 1);
    }

    /** Whether the answer can come from a change that somebody else made since the configuration was read. */
    private static boolean raced(DataPlaneException e) {
        return e.code() == Code.CONFLICT || e.code() == Code.OUTDATED || e.code() == Code.NOT_FOUND;
    }

    private Optional<String> transact(long version, List<ConfigCall> calls) {
        String id = parse(call("POST", path("/transactions?version=" + version), null))
                .path("id")
                .asText();
        try {
            for (ConfigCall step : calls) {
                write(step, id);
            }
            return call("PUT", path("/transactions/" + Dialect.encode(id)), null)
                    .reloadId();
        } catch (DataPlaneException e) {
            try {
                channel.send("DELETE", path("/transactions/" + Dialect.encode(id)), null);
            } catch (DataPlaneException cleanup) {
                e.addSuppressed(cleanup);
            }
            throw e;
        }
    }

    private void write(ConfigCall step, String transaction) {
        Dialect.Call call = dialect().write(step, transaction);
        JsonNode body = call.body();
        call(call.method(), call.target(), body == null ? null : ApiJson.bytes(body));
    }

    /** Waits until a reload has succeeded; false when the server does not know it. The API has no way but to ask again. */
    private boolean follow(String reload, long deadline) {
        String target = path("/reloads/" + Dialect.encode(reload));
        Duration wait = FIRST_PAUSE;
        while (true) {
            Reply reply = channel.send("GET", target, null);
            if (reply.status() == 404) {
                return false;
            }
            JsonNode status = parse(checked("GET", target, reply));
            switch (status.path("status").asText()) {
                case "succeeded" -> {
                    return true;
                }
                case "failed" ->
                    throw new DataPlaneException(
                            Code.RELOAD_FAILED,
                            endpoint.url() + " took the change back because the reload failed: "
                                    + status.path("response").asText());
                default -> pause(wait, deadline);
            }
            wait = wait.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait.multipliedBy(2);
        }
    }

    private void pause(Duration time, long deadline) {
        if (System.nanoTime() + time.toNanos() > deadline) {
            throw new DataPlaneException(
                    Code.DEADLINE, "the change is not known to be in effect on " + endpoint.url() + " in time");
        }
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataPlaneException(Code.DEADLINE, "interrupted while a change takes effect", e);
        }
    }

    private Reply call(String method, String target, byte @Nullable [] json) {
        return checked(method, target, channel.send(method, target, json));
    }

    private Reply checked(String method, String target, Reply reply) {
        if (!reply.good()) {
            throw failure(method, target, reply);
        }
        return reply;
    }

    private DataPlaneException failure(String method, String target, Reply reply) {
        String message = reply.body();
        try {
            message = parsed(reply).path("message").asText(message);
        } catch (DataPlaneException e) {
            // not the API's envelope: a proxy's page, perhaps; the text itself will have to do
        }
        Code code = Code.ofStatus(reply.status());
        return new DataPlaneException(
                code,
                endpoint.url() + ": " + method + " " + operation(target) + " gave " + reply.status() + ": " + message);
    }

    /** The target as a person names it: the same for every try, so without a transaction's identity and the query. */
    private static String operation(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        return path.replaceFirst("(/transactions)/[^/]+", "$1");
    }

    private JsonNode parse(Reply reply) {
        try {
            return parsed(reply);
        } catch (DataPlaneException e) {
            throw new DataPlaneException(
                    Code.NOT_DATA_PLANE_API,
                    endpoint.url() + " answers, but not as a Data Plane API: " + e.getMessage() + "; check the port",
                    e);
        }
    }

    private static JsonNode parsed(Reply reply) {
        return ApiJson.parse(reply.body().getBytes(StandardCharsets.UTF_8));
    }
}
