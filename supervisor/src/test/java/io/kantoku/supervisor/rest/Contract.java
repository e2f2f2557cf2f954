package io.kantoku.supervisor.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.kantoku.apimachinery.Json;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Makes calls and holds every answer against the OpenAPI description; remembers which operations were called. */
final class Contract {
    private static final JsonNode DOCUMENT = OpenApi.document();

    private final HttpClient http;
    private final Target target;
    private final String token;
    private final Set<String> succeeded = new TreeSet<>();
    private final Set<String> failed = new TreeSet<>();

    Contract(HttpClient http, Target target, String token) {
        this.http = http;
        this.target = target;
        this.token = token;
    }

    /** A call that succeeds, in both families where the path is in both; returns the answer of {@code /api}. */
    JsonNode good(String method, String path, String body) {
        HttpResponse answer = send(method, path, body);
        OpenApi.Operation operation = operation(method, path);
        assertThat(answer.status())
                .as(method + " " + path + ": " + answer.text())
                .isBetween(200, 204);
        succeeded.add(name(operation));
        if (operation.answer().equals("-")) {
            assertThat(answer.body()).as(method + " " + path).isEmpty();
            return Json.object();
        }
        JsonNode json = Json.parse(answer.body());
        boolean list = operation.answer().endsWith("[]");
        assertThat(json.isArray()).as(method + " " + path).isEqualTo(list);
        for (JsonNode item : list ? json : List.of(json)) {
            valid(operation.answer().replace("[]", ""), item, method + " " + path);
        }
        return json;
    }

    /** A call that is refused with that error. */
    JsonNode bad(String method, String path, String body, String error) {
        HttpResponse answer = send(method, path, body);
        assertThat(answer.status())
                .as(method + " " + path + ": " + answer.text())
                .isBetween(400, 503);
        JsonNode json = Json.parse(answer.body());
        valid("Error", json, method + " " + path);
        assertThat(json.path("error_type").asText())
                .as(method + " " + path + ": " + answer.text())
                .isEqualTo(error);
        failed.add(name(operation(method, path)));
        return json;
    }

    Set<String> succeeded() {
        return succeeded;
    }

    Set<String> failed() {
        return failed;
    }

    HttpResponse send(String method, String path, String body) {
        HttpRequest request = HttpRequest.of(method, target, path).header("vmware-api-session-id", token);
        return http.send(
                body.isEmpty() ? request : request.body("application/json", body.getBytes(StandardCharsets.UTF_8)));
    }

    static String name(OpenApi.Operation operation) {
        return operation.method() + " " + operation.path()
                + (operation.action().isEmpty() ? "" : "?action=" + operation.action());
    }

    static void valid(String schema, JsonNode json, String what) {
        JsonNode root = Json.object()
                .put("$ref", "#/components/schemas/" + schema)
                .set("components", DOCUMENT.path("components"));
        JsonSchema validator =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root);
        assertThat(validator.validate(json)).as(what + " gives " + json).isEmpty();
    }

    private static OpenApi.Operation operation(String method, String path) {
        String plain = path.replaceAll("\\?.*", "");
        String action = path.contains("action=") ? path.replaceAll(".*action=([^&]*).*", "$1") : "";
        Optional<OpenApi.Operation> found = OpenApi.operations().stream()
                .filter(operation -> operation.method().equals(method)
                        && operation.action().equals(action)
                        && plain.matches(operation.path().replaceAll("\\{[a-z_]+}", "[^/]+")))
                .max(Comparator.comparingInt(operation ->
                        operation.path().replaceAll("\\{[a-z_]+}", "").length()));
        return found.orElseThrow(() -> new AssertionError("not in the description: " + method + " " + path));
    }
}
