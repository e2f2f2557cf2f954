package io.kantoku.apiserver.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.StreamingResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Calls webhooks over HTTPS. A name is resolved once, every address is put to the policy, and the connection goes to the address that
 * was checked; redirects are not followed; an answer is bounded in time and size. Works on its caller's thread.
 */
public final class HttpWebhookCaller implements WebhookCaller {
    private static final int LARGEST_ANSWER = 3 << 20;
    private static final int HTTPS = 443;

    private final Supplier<HttpClient> client;
    private final AddressPolicy policy;
    private final ServiceDialler services;
    private final TrustedServers trusted = new TrustedServers();

    /** @param client asked for with the first call */
    public HttpWebhookCaller(Supplier<HttpClient> client, AddressPolicy policy, ServiceDialler services) {
        this.client = client;
        this.policy = policy;
        this.services = services;
    }

    /**
     * Where a review goes.
     *
     * @param url what messages call it
     */
    private record Place(List<Target> targets, String path, String url) {}

    @Override
    public ObjectNode call(ClusterId cluster, JsonNode config, ObjectNode review, Duration timeout)
            throws WebhookException {
        Place place = place(cluster, config);
        String query = "?timeout=" + timeout.toSeconds() + "s";
        byte[] body = Json.bytes(review);
        long deadline = System.nanoTime() + timeout.toNanos();
        WebhookException last = new WebhookException("no address");
        for (Target target : place.targets()) {
            try {
                return post(target, place, query, body, deadline);
            } catch (TransportException e) {
                last = new WebhookException("Post \"" + place.url() + query + "\": " + e.getMessage());
                if (e.code() != TransportException.Code.CONNECT_REFUSED) {
                    break;
                }
            }
        }
        throw last;
    }

    private ObjectNode post(Target target, Place place, String query, byte[] body, long deadline)
            throws WebhookException {
        HttpRequest request = HttpRequest.of("POST", target, place.path() + query)
                .header("Accept", "application/json")
                .body("application/json", body)
                .timeout(left(deadline));
        try (StreamingResponse response = client.get().open(request)) {
            byte[] answer = read(response, deadline);
            if (response.status() < 200 || response.status() > 299) {
                throw new WebhookException(
                        "Post \"" + place.url() + query + "\": the server answered with status " + response.status());
            }
            return Json.parseObject(answer);
        } catch (ApiException e) {
            throw new WebhookException(
                    "Post \"" + place.url() + query + "\": " + e.status().message());
        }
    }

    private static byte[] read(StreamingResponse response, long deadline) throws WebhookException {
        Thread guard = Thread.ofVirtual().name("webhook-deadline").start(() -> {
            try {
                Thread.sleep(left(deadline));
                response.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the answer is there
            }
        });
        try {
            byte[] answer = response.body().readNBytes(LARGEST_ANSWER + 1);
            if (answer.length > LARGEST_ANSWER) {
                throw new WebhookException("the answer is larger than " + LARGEST_ANSWER + " bytes");
            }
            return answer;
        } catch (IOException e) {
            throw new WebhookException(
                    System.nanoTime() - deadline >= 0
                            ? "context deadline exceeded"
                            : "the answer broke off: " + e.getMessage());
        } finally {
            guard.interrupt();
        }
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
    }

    private Place place(ClusterId cluster, JsonNode config) throws WebhookException {
        String bundle = config.path("caBundle").asText();
        return config.hasNonNull("url")
                ? byUrl(cluster, config.path("url").asText(), bundle)
                : byService(cluster, config.path("service"), bundle);
    }

    private Place byUrl(ClusterId cluster, String text, String bundle) throws WebhookException {
        URI url = URI.create(text);
        String host = url.getHost().startsWith("[")
                ? url.getHost().substring(1, url.getHost().length() - 1)
                : url.getHost();
        int port = url.getPort() < 0 ? HTTPS : url.getPort();
        ClientTls tls = trusted.tls(cluster, host, bundle);
        List<Target> targets = new ArrayList<>();
        for (InetAddress address : resolve(host, text)) {
            Optional<String> refusal = policy.refusal(address);
            if (refusal.isPresent()) {
                throw new WebhookException("Post \"" + text + "\": " + refusal.get());
            }
            targets.add(new Target(address.getHostAddress(), port, Optional.of(tls), Dialler.host()));
        }
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return new Place(targets, path, text);
    }

    private static InetAddress[] resolve(String host, String text) throws WebhookException {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new WebhookException("Post \"" + text + "\": lookup " + host + ": no such host");
        }
    }

    private Place byService(ClusterId cluster, JsonNode service, String bundle) throws WebhookException {
        String name = service.path("name").asText();
        String namespace = service.path("namespace").asText();
        int port = service.path("port").asInt(HTTPS);
        String host = name + "." + namespace + ".svc";
        String path = service.path("path").asText("/");
        String url = "https://" + host + ":" + port + path;
        ServiceDialler.Endpoint endpoint = services.find(cluster, new NamespacedName(namespace, name), port)
                .orElseThrow(() -> new WebhookException(
                        "Post \"" + url + "\": no endpoints available for service \"" + name + "\""));
        ClientTls tls = trusted.tls(cluster, host, bundle);
        Target target = new Target(endpoint.address(), endpoint.port(), Optional.of(tls), endpoint.dialler());
        return new Place(List.of(target), path.isEmpty() ? "/" : path, url);
    }
}
