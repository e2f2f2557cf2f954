package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apiserver.audit.AuditPolicy;
import io.kantoku.apiserver.audit.AuditSink;
import io.kantoku.apiserver.audit.Auditor;
import io.kantoku.apiserver.auth.Authenticator;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.webhook.AddressPolicy;
import io.kantoku.apiserver.webhook.ServiceDialler;
import io.kantoku.store.EmbeddedStore;
import io.kantoku.transport.fake.FakeExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A server with two logical clusters, and users whose bearer tokens are their names; {@code admin} may do everything. */
public final class TestApi implements AutoCloseable {
    static final ClusterId ONE = new ClusterId("one");
    static final ClusterId TWO = new ClusterId("two");

    private final EmbeddedStore store;
    private final ApiServer server;
    private final List<FakeExchange> streams = new ArrayList<>();

    TestApi(Path directory) {
        this(directory, ServiceDialler.NONE, AddressPolicy.ordinary());
    }

    TestApi(Path directory, ServiceDialler services, AddressPolicy addresses) {
        this(directory, services, addresses, Auditor.NONE);
    }

    TestApi(Path directory, AuditPolicy policy, AuditSink sink) {
        this(
                directory,
                ServiceDialler.NONE,
                AddressPolicy.ordinary(),
                Auditor.of(policy, sink, InstantSource.system()));
    }

    private TestApi(Path directory, ServiceDialler services, AddressPolicy addresses, Auditor audit) {
        store = EmbeddedStore.open(directory);
        Authenticator names = (cluster, credential) -> credential
                                instanceof Authenticator.Credential.Bearer(String token)
                        && !token.contains(".")
                ? Optional.of(
                        token.equals("admin") ? UserInfo.master("admin") : new UserInfo(token, "", List.of(), Map.of()))
                : Optional.empty();
        server = ApiServer.builder(store)
                .catalog(StandardCatalog::types)
                .questions(StandardCatalog.questions())
                .parts(environment ->
                        StandardParts.of(environment, cluster -> Optional.empty(), List.of(names), List.of()))
                .services(objects -> services)
                .addresses(addresses)
                .audit(audit)
                .start();
        for (ClusterId cluster : List.of(ONE, TWO)) {
            server.clusters().ensure(cluster, ClusterOptions.of("10.96.0.0/12", "10.244.0.0/16", "v1.36.0+kantoku.1"));
        }
    }

    EmbeddedStore store() {
        return store;
    }

    ApiServer server() {
        return server;
    }

    /** A request that has not been sent yet, by {@code admin}; a body is YAML or JSON. */
    FakeExchange request(String method, String target, String body) {
        return new FakeExchange(method, target, body.getBytes(StandardCharsets.UTF_8))
                .header(
                        "Content-Type",
                        body.stripLeading().startsWith("{")
                                        || body.stripLeading().startsWith("[")
                                ? "application/json"
                                : "application/yaml");
    }

    /** Sends a request to a cluster and waits for its answer. */
    FakeExchange send(ClusterId cluster, FakeExchange request) {
        if (request.header("Authorization").isEmpty()) {
            request.header("Authorization", "Bearer admin");
        }
        try {
            server.handler(cluster).handle(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return request;
    }

    FakeExchange call(String method, String target, String body) {
        return send(ONE, request(method, target, body));
    }

    FakeExchange patch(String target, String mediaType, String body) {
        return send(
                ONE,
                new FakeExchange("PATCH", target, body.getBytes(StandardCharsets.UTF_8))
                        .header("Content-Type", mediaType));
    }

    /** The answer of a call that must succeed. */
    ObjectNode ok(String method, String target, String body) {
        return ok(call(method, target, body));
    }

    ObjectNode ok(FakeExchange answered) {
        assertThat(answered.status()).as(answered.text()).isBetween(200, 299);
        return Json.parseObject(answered.bytes());
    }

    /** The Status of a call that must be refused. */
    JsonNode refused(int code, FakeExchange answered) {
        assertThat(answered.status()).as(answered.text()).isEqualTo(code);
        JsonNode status = Json.parse(answered.bytes());
        assertThat(status.path("kind").asText()).isEqualTo("Status");
        assertThat(status.path("code").asInt()).isEqualTo(code);
        return status;
    }

    ObjectNode get(String target) {
        return ok("GET", target, "");
    }

    /** Starts a watch, which answers on a thread of its own. */
    FakeExchange watch(ClusterId cluster, String target) {
        FakeExchange stream = request("GET", target, "");
        streams.add(stream);
        Thread.ofVirtual().start(() -> send(cluster, stream));
        return stream;
    }

    FakeExchange watch(String target) {
        return watch(ONE, target);
    }

    static ObjectNode event(FakeExchange watch) throws InterruptedException {
        Optional<String> line = watch.nextLine();
        assertThat(line).as("the next event of the watch").isPresent();
        return Json.parseObject(line.orElseThrow().getBytes(StandardCharsets.UTF_8));
    }

    /** An event in short: type, name and resource version. */
    static String shortly(ObjectNode event) {
        return event.path("type").asText() + " "
                + event.path("object").path("metadata").path("name").asText();
    }

    static String configMap(String name, String data) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"key\":\"" + data + "\"}}";
    }

    static ObjectNode yaml(String text) {
        return Yaml.parseObject(text);
    }

    @Override
    public void close() {
        streams.forEach(FakeExchange::disconnect);
        server.close();
        store.close();
    }
}
