package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.cli.instance.InstanceOptions;
import io.kantoku.cli.instance.StateDirectory;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Talks to the REST API of a running instance as its administrator. */
public final class VcenterClient implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient http;
    private final Target target;
    private final String password;
    private @Nullable String session;

    private VcenterClient(HttpClient http, Target target, String password) {
        this.http = http;
        this.target = target;
        this.password = password;
    }

    /**
     * A client of the instance in a state directory; no call is made yet.
     *
     * @throws CliException when there never was an instance
     */
    public static VcenterClient of(StateDirectory state) {
        Optional<InstanceOptions> options = state.readOptions();
        Optional<String> authority = StateDirectory.read(state.authority());
        Optional<String> password = StateDirectory.read(state.administratorPassword());
        if (options.isEmpty() || authority.isEmpty() || password.isEmpty()) {
            throw notRunning(state);
        }
        Target target = Target.https("127.0.0.1", options.get().consolePort(), ClientTls.trusting(authority.get()));
        return new VcenterClient(HttpClient.start(), target, password.get().strip());
    }

    static CliException notRunning(StateDirectory state) {
        return new CliException(
                CliException.ExitCode.NOT_RUNNING,
                "no instance is running in " + state.path() + "; start one with: kantoku up --detach"
                        + (state.path().equals(StateDirectory.standard()) ? "" : " --state " + state.path()));
    }

    public JsonNode get(String path) {
        return call("GET", path, null).orElseGet(Json::object);
    }

    /** A file that is no JSON. */
    public String text(String path) {
        return new String(answer("GET", path, null).body(), StandardCharsets.UTF_8);
    }

    public void post(String path, @Nullable JsonNode body) {
        call("POST", path, body);
    }

    public void put(String path, JsonNode body) {
        call("PUT", path, body);
    }

    public void patch(String path, JsonNode body) {
        call("PATCH", path, body);
    }

    public void delete(String path) {
        call("DELETE", path, null);
    }

    /** What the instance says of itself; empty when nobody answers. */
    public Optional<JsonNode> status() {
        try {
            HttpResponse response =
                    http.send(HttpRequest.get(target, "/api/kantoku/status").timeout(Duration.ofSeconds(5)));
            return response.status() == 200 ? Optional.of(Json.parse(response.body())) : Optional.empty();
        } catch (TransportException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        http.close();
    }

    private Optional<JsonNode> call(String method, String path, @Nullable JsonNode body) {
        HttpResponse response = answer(method, path, body);
        return response.body().length == 0 ? Optional.empty() : Optional.of(Json.parse(response.body()));
    }

    private HttpResponse answer(String method, String path, @Nullable JsonNode body) {
        HttpRequest request = HttpRequest.of(method, target, path)
                .header("vmware-api-session-id", session())
                .header("Accept", "application/json")
                .timeout(LIMIT);
        HttpResponse response = send(body == null ? request : request.body("application/json", Json.bytes(body)));
        if (response.status() >= 300) {
            throw CliException.failed(message(response));
        }
        return response;
    }

    private String session() {
        String known = session;
        if (known != null) {
            return known;
        }
        String basic = Base64.getEncoder()
                .encodeToString(("administrator@vsphere.local:" + password).getBytes(StandardCharsets.UTF_8));
        HttpResponse response = send(HttpRequest.of("POST", target, "/api/session")
                .header("Authorization", "Basic " + basic)
                .timeout(LIMIT));
        if (response.status() != 201) {
            throw CliException.failed(
                    "vCenter does not accept the password in the state directory: " + message(response));
        }
        String opened = Json.parse(response.body()).asText();
        session = opened;
        return opened;
    }

    private HttpResponse send(HttpRequest request) {
        try {
            return http.send(request);
        } catch (TransportException e) {
            throw new CliException(
                    CliException.ExitCode.NOT_RUNNING, "the instance does not answer: " + e.getMessage());
        }
    }

    /** The messages of an error, one a line. */
    private static String message(HttpResponse response) {
        try {
            JsonNode body = Json.parse(response.body());
            List<String> texts = new ArrayList<>();
            body.path("messages")
                    .forEach(
                            message -> texts.add(message.path("default_message").asText()));
            if (!texts.isEmpty()) {
                return String.join("\n", texts);
            }
        } catch (ApiException e) {
            // not JSON: the status says all there is
        }
        return "the server answered " + response.status();
    }
}
