package io.kantoku.vsphere.vcenter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.VsphereException.Code;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the {@code /rest} family in one session, which is opened again when vCenter has ended it. Answers are without their
 * wrapper {@code value}; errors become {@link VsphereException}s with vCenter's own words. Thread-safe; calls block.
 */
final class VcenterSession implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/rest/com/vmware/cis/session";
    private static final String TOKEN = "vmware-api-session-id";
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int HTTPS = 443;

    private final HttpClient http;
    private final Target target;
    private final VcenterOptions options;
    private @Nullable String token;

    VcenterSession(HttpClient http, VcenterOptions options) {
        this.http = http;
        this.options = options;
        int port = options.url().getPort() < 0 ? HTTPS : options.url().getPort();
        this.target = Target.https(options.url().getHost(), port, ClientTls.trusting(options.authorities()));
    }

    /** A text as a part of a query. */
    static String word(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    JsonNode get(String path) {
        return call("GET", path, null);
    }

    JsonNode post(String path, @Nullable JsonNode body) {
        return call("POST", path, body);
    }

    void patch(String path, JsonNode body) {
        call("PATCH", path, body);
    }

    void delete(String path) {
        call("DELETE", path, null);
    }

    /** What is at the path; empty when vCenter says that it is not there, or not yet. */
    Optional<JsonNode> find(String path) {
        try {
            return Optional.of(get(path));
        } catch (VsphereException e) {
            if (e.code() == Code.NOT_FOUND || e.code() == Code.TIMED_OUT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        String open = currentToken();
        if (open != null) {
            try {
                send(HttpRequest.of("DELETE", target, PATH).header(TOKEN, open));
            } catch (VsphereException e) {
                return; // it ends by itself
            }
        }
    }

    private JsonNode call(String method, String path, @Nullable JsonNode body) {
        String used = open(null);
        HttpResponse answer = send(request(method, path, body, used));
        if (answer.status() == 401) {
            answer = send(request(method, path, body, open(used)));
        }
        if (answer.status() >= 300) {
            throw failed(method + " " + path, answer);
        }
        JsonNode json = parse(answer.body());
        return json.has("value") ? json.path("value") : json;
    }

    private HttpRequest request(String method, String path, @Nullable JsonNode body, String session) {
        HttpRequest request = HttpRequest.of(method, target, path)
                .header(TOKEN, session)
                .header("Accept", "application/json")
                .timeout(LIMIT);
        return body == null
                ? request
                : request.body("application/json", body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private synchronized @Nullable String currentToken() {
        return token;
    }

    /** The session's token; a new one when the one that was used has ended. */
    private synchronized String open(@Nullable String ended) {
        String known = token;
        if (known != null && !known.equals(ended)) {
            return known;
        }
        String basic = Base64.getEncoder()
                .encodeToString((options.user() + ":" + options.password()).getBytes(StandardCharsets.UTF_8));
        HttpResponse answer = send(HttpRequest.of("POST", target, PATH)
                .header("Authorization", "Basic " + basic)
                .header("vmware-use-header-authn", "true")
                .timeout(LIMIT));
        if (answer.status() == 401) {
            throw new VsphereException(
                    Code.INTERNAL,
                    "vCenter at " + options.url() + " refuses the login as " + options.user()
                            + "; check the user and the password");
        }
        if (answer.status() != 200) {
            throw failed("a login as " + options.user(), answer);
        }
        String opened = parse(answer.body()).path("value").asText();
        token = opened;
        return opened;
    }

    private HttpResponse send(HttpRequest request) {
        try {
            return http.send(request);
        } catch (TransportException e) {
            throw new VsphereException(
                    e.code() == TransportException.Code.TIMEOUT ? Code.TIMED_OUT : Code.INTERNAL,
                    "vCenter at " + options.url() + " cannot be reached: " + e.getMessage() + advice(e.code()),
                    e);
        }
    }

    private static String advice(TransportException.Code code) {
        return switch (code) {
            case TLS_UNTRUSTED -> "; give the file with its authority (--vcenter-ca)";
            case TLS_NAME_MISMATCH -> "; use a name that the certificate has";
            default -> "";
        };
    }

    private static JsonNode parse(byte[] body) {
        if (body.length == 0) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new VsphereException(Code.INTERNAL, "vCenter answers with what is not JSON", e);
        } catch (IOException e) {
            throw new VsphereException(Code.INTERNAL, "vCenter's answer cannot be read", e);
        }
    }

    private static VsphereException failed(String what, HttpResponse answer) {
        JsonNode body;
        try {
            body = parse(answer.body());
        } catch (VsphereException e) {
            body = MissingNode.getInstance();
        }
        String type = body.path("type").asText(body.path("error_type").asText()).toLowerCase(Locale.ROOT);
        List<String> texts = new ArrayList<>();
        JsonNode messages =
                body.path("value").has("messages") ? body.path("value").path("messages") : body.path("messages");
        messages.forEach(message -> texts.add(message.path("default_message").asText()));
        return new VsphereException(
                code(type.substring(type.lastIndexOf('.') + 1), answer.status()),
                "vCenter refuses " + what + " (" + answer.status() + ")"
                        + (texts.isEmpty() ? "" : ": " + String.join("; ", texts)));
    }

    private static Code code(String type, int status) {
        return switch (type) {
            case "not_found" -> Code.NOT_FOUND;
            case "already_exists" -> Code.ALREADY_EXISTS;
            case "invalid_argument" -> Code.INVALID_ARGUMENT;
            case "unable_to_allocate_resource" -> Code.INSUFFICIENT_RESOURCES;
            case "resource_in_use", "resource_busy" -> Code.IN_USE;
            case "not_allowed_in_current_state", "already_in_desired_state" -> Code.NOT_ALLOWED_IN_CURRENT_STATE;
            case "unsupported" -> Code.UNSUPPORTED;
            case "timed_out", "service_unavailable" -> Code.TIMED_OUT;
            default ->
                switch (status) {
                    case 404 -> Code.NOT_FOUND;
                    case 503 -> Code.TIMED_OUT;
                    default -> Code.INTERNAL;
                };
        };
    }
}
