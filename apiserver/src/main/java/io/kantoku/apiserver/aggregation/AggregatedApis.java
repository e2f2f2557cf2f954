package io.kantoku.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.auth.ClusterTrust;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.dynamic.Definitions;
import io.kantoku.apiserver.registry.ObjectReader;
import io.kantoku.apiserver.streams.Forwarder;
import io.kantoku.apiserver.webhook.ServiceDialler;
import io.kantoku.apiserver.webhook.TrustedServers;
import io.kantoku.client.KubeClient;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.StreamingResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The APIs of each logical cluster that other servers serve. Safe for use by many threads. */
public final class AggregatedApis {
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int LARGEST_DISCOVERY = 1 << 20;
    private static final int LARGEST_ANSWER = 16 << 20;
    private static final int TRUSTED_KEPT = 256;

    private final Definitions<RemoteApi> apis;
    private final Definitions<DiscoveryOrder> orders;
    private final ServiceDialler services;
    private final Supplier<HttpClient> http;
    private final FrontProxy proxy;
    private final ExtensionAuthentication authentication;
    private final Optional<AnsweredApi> answered;
    private final Map<ClusterId, KubeClient> admins = new ConcurrentHashMap<>();
    private final Set<ClusterId> announced = ConcurrentHashMap.newKeySet();
    private final Map<ClusterId, Map<String, ObjectNode>> resources = new ConcurrentHashMap<>();
    private final Map<TrustKey, ClientTls> trusted = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TrustKey, ClientTls> eldest) {
            return size() > TRUSTED_KEPT;
        }
    };

    private record TrustKey(ClusterId cluster, String host, String bundle, boolean insecure) {}

    /**
     * @param http asked for with the first call
     * @param answered one that this server answers itself, where no other server is registered for it
     */
    public AggregatedApis(
            ObjectReader objects,
            ServiceDialler services,
            Supplier<HttpClient> http,
            FrontProxy proxy,
            ClusterTrust trust,
            Optional<AnsweredApi> answered) {
        this.apis = new Definitions<>(objects, RemoteApi.RESOURCE, RemoteApi::all);
        List<RemoteApi> unregistered =
                answered.stream().map(api -> RemoteApi.answered(api.version())).toList();
        this.orders =
                new Definitions<>(objects, RemoteApi.RESOURCE, all -> List.of(new DiscoveryOrder(all, unregistered)));
        this.services = services;
        this.http = http;
        this.proxy = proxy;
        this.authentication = new ExtensionAuthentication(proxy, trust);
        this.answered = answered;
    }

    /** Tells servers behind a cluster's API whom to believe: a new cluster's at once, those of others when there are any. */
    public void open(KubeClient admin) {
        admins.put(admin.cluster(), admin);
        if (authentication.isMissing(admin)) {
            announce(admin.cluster());
        }
    }

    /** Tells servers behind a cluster's API of this process's front proxy, once. */
    void announce(ClusterId cluster) {
        KubeClient admin = admins.get(cluster);
        if (admin != null && announced.add(cluster)) {
            authentication.publish(admin);
        }
    }

    /** Forgets a cluster. */
    public void close(ClusterId cluster) {
        admins.remove(cluster);
        announced.remove(cluster);
        resources.remove(cluster);
        proxy.forget(cluster);
    }

    List<RemoteApi> all(ClusterId cluster) {
        return apis.of(cluster);
    }

    /** What this server answers of a group version that it does not store, if a cluster has that and no other server serves it. */
    public Optional<AnsweredApi> answered(ClusterId cluster, String group, String version) {
        return answered.filter(api -> api.version().equals(new GroupVersion(group, version)))
                .filter(api -> all(cluster).stream()
                        .noneMatch(other ->
                                other.group().equals(group) && other.version().equals(version)))
                .filter(api -> api.offered(cluster));
    }

    /**
     * Passes an authorized request on, if another server serves its group version.
     *
     * @return whether it did
     * @throws ApiException 503 when there is no way to the server
     */
    public boolean forward(ClusterId cluster, UserInfo user, String group, String version, Exchange exchange)
            throws IOException {
        Optional<RemoteApi> found = all(cluster).stream()
                .filter(api -> api.group().equals(group) && api.version().equals(version))
                .findFirst();
        if (found.isEmpty()) {
            return false;
        }
        Target target = target(cluster, found.get());
        String query = exchange.rawQuery().isEmpty() ? "" : "?" + exchange.rawQuery();
        List<HttpRequest.Header> who = identity(user);
        Forwarder forwarder = new Forwarder(http);
        if (Forwarder.isUpgrade(exchange)) {
            forwarder.tunnel(exchange, target, exchange.rawPath() + query, who);
        } else {
            forwarder.forward(exchange, target, exchange.rawPath() + query, "", who);
        }
        return true;
    }

    /**
     * What the server of a group version answers to a GET, for clients in this process.
     *
     * @param path with its query string
     * @throws ApiException the server's own refusal; 404 when none serves the group version, 503 when there is no way to it
     */
    public JsonNode read(ClusterId cluster, UserInfo user, String group, String version, String path) {
        RemoteApi api = all(cluster).stream()
                .filter(known -> known.group().equals(group) && known.version().equals(version))
                .findFirst()
                .orElseThrow(() -> new ApiException(
                        Status.failure(404, "NotFound", "the server could not find the requested resource")));
        HttpRequest request = HttpRequest.get(target(cluster, api), path)
                .header("Accept", "application/json")
                .timeout(ANSWER);
        for (HttpRequest.Header header : identity(user)) {
            request = request.header(header.name(), header.value());
        }
        try (StreamingResponse answer = http.get().open(request)) {
            byte[] body = answer.body().readNBytes(LARGEST_ANSWER + 1);
            if (body.length > LARGEST_ANSWER) {
                throw unavailable(api, "the answer has more than " + LARGEST_ANSWER + " bytes");
            }
            if (answer.status() < 200 || answer.status() > 299) {
                throw refusal(api, answer.status(), body);
            }
            return Json.parse(body);
        } catch (TransportException | IOException e) {
            throw unavailable(api, String.valueOf(e.getMessage()));
        }
    }

    private static ApiException refusal(RemoteApi api, int status, byte[] body) {
        try {
            JsonNode json = Json.parse(body);
            if (json.path("kind").asText().equals("Status")) {
                return new ApiException(Status.failure(
                        status,
                        json.path("reason").asText(),
                        json.path("message").asText()));
            }
        } catch (ApiException _) {
            // No JSON: only the number tells something.
        }
        return status == 404
                ? new ApiException(Status.failure(404, "NotFound", "the server could not find the requested resource"))
                : unavailable(api, "bad status " + status);
    }

    private static ApiException unavailable(RemoteApi api, String why) {
        return new ApiException(Status.failure(
                503, "ServiceUnavailable", "no answer from https://" + api.host() + ":" + api.port() + ": " + why));
    }

    /** The user in the headers that servers behind a front proxy read; what a client sends of these has been dropped. */
    static List<HttpRequest.Header> identity(UserInfo user) {
        List<HttpRequest.Header> headers = new ArrayList<>();
        headers.add(new HttpRequest.Header("X-Remote-User", user.name()));
        if (!user.uid().isEmpty()) {
            headers.add(new HttpRequest.Header("X-Remote-Uid", user.uid()));
        }
        user.groups().forEach(group -> headers.add(new HttpRequest.Header("X-Remote-Group", group)));
        user.extra().forEach((key, values) -> {
            String name = "X-Remote-Extra-"
                    + URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
            values.forEach(value -> headers.add(new HttpRequest.Header(name, value)));
        });
        return headers;
    }

    private Target target(ClusterId cluster, RemoteApi api) {
        ServiceDialler.Endpoint endpoint = services.find(cluster, api.service(), api.port())
                .orElseThrow(() -> new ApiException(Status.failure(
                        503,
                        "ServiceUnavailable",
                        "no endpoints available for service \"" + api.service().name() + "\"")));
        return new Target(endpoint.address(), endpoint.port(), Optional.of(tls(cluster, api)), endpoint.dialler());
    }

    private ClientTls tls(ClusterId cluster, RemoteApi api) {
        TrustKey key = new TrustKey(cluster, api.host(), api.caBundle(), api.insecure());
        synchronized (trusted) {
            return trusted.computeIfAbsent(key, absent -> {
                ClientTls server = api.insecure() ? ClientTls.insecure() : TrustedServers.trusting(api.caBundle());
                return server.expecting(api.host()).presenting(proxy.identity(cluster));
            });
        }
    }

    /** What discovery tells of remote APIs. */
    public RemoteDiscovery discovery(ClusterId cluster) {
        List<RemoteApi> remote = new ArrayList<>(all(cluster));
        Map<String, ObjectNode> known = new HashMap<>(resources.getOrDefault(cluster, Map.of()));
        answered.map(AnsweredApi::version)
                .flatMap(own -> answered(cluster, own.group(), own.version()))
                .ifPresent(api -> {
                    remote.add(RemoteApi.answered(api.version()));
                    known.put(api.version().toString(), api.resources());
                });
        return new RemoteDiscovery(
                remote,
                remote.isEmpty() ? DiscoveryOrder.NONE : orders.of(cluster).getFirst(),
                known);
    }

    /**
     * Asks a server for the resources of its group version, and remembers them.
     *
     * @return why it does not answer, {@code ""} when it does
     */
    String probe(ClusterId cluster, RemoteApi api) {
        try {
            HttpRequest request = HttpRequest.get(target(cluster, api), api.path())
                    .header("Accept", "application/json")
                    .timeout(ANSWER);
            HttpRequest named = request;
            for (HttpRequest.Header header : identity(UserInfo.master("system:kube-aggregator"))) {
                named = named.header(header.name(), header.value());
            }
            try (StreamingResponse answer = http.get().open(named)) {
                byte[] body = answer.body().readNBytes(LARGEST_DISCOVERY + 1);
                if (answer.status() < 200 || answer.status() > 299 || body.length > LARGEST_DISCOVERY) {
                    return "failing or missing response from https://" + api.host() + ":" + api.port() + api.path()
                            + ": bad status from https://" + api.host() + ":" + api.port() + api.path() + ": "
                            + answer.status();
                }
                resources
                        .computeIfAbsent(cluster, absent -> new ConcurrentHashMap<>())
                        .put(api.groupVersion(), Json.parseObject(body));
                return "";
            }
        } catch (ApiException e) {
            return e.status().message();
        } catch (TransportException | IOException e) {
            return "failing or missing response from https://" + api.host() + ":" + api.port() + api.path() + ": "
                    + e.getMessage();
        }
    }

    /** Forgets what a server said of itself when it was removed. */
    void forget(ClusterId cluster, String groupVersion) {
        Map<String, ObjectNode> known = resources.get(cluster);
        if (known != null) {
            known.remove(groupVersion);
        }
    }
}
