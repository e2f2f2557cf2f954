package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The OpenAPI 3.1 description of vCenter's REST API as it is served here, made from the table {@code operations.txt} and the schemas
 * in {@code schemas.yaml}. Operations that an action tells apart have it in their path, as in VMware's own descriptions.
 */
public final class OpenApi implements Operations {
    private static final Pattern LINE = Pattern.compile(
            "(?<method>[A-Z]+) (?<path>[^ ?]+)(?<query>\\?[^ ]+)? (?<body>[^ ]+) (?<answer>[^ ]+) (?<text>.+)");
    private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_]+)}");

    /**
     * A line of the table.
     *
     * @param action what {@code ?action=} has to be; {@code ""} for none
     * @param parameters names of query parameters
     * @param body the schema of the request; {@code -} for none
     * @param answer the schema of the answer, with {@code []} for a list; {@code -} for none
     */
    public record Operation(
            String method,
            String path,
            String action,
            List<String> parameters,
            String body,
            String answer,
            String text) {}

    private final JsonNode document;

    public OpenApi() {
        document = document();
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", "/api/kantoku/openapi.json", _ -> Optional.of(document));
    }

    /** The operations of the table. */
    public static List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        for (String line : resource("operations.txt").split("\n", -1)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                operations.add(operation(line));
            }
        }
        return operations;
    }

    private static Operation operation(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalStateException("operations.txt has a line that cannot be read: " + line);
        }
        String query = Optional.ofNullable(matcher.group("query")).orElse("?").substring(1);
        String action = "";
        List<String> parameters = new ArrayList<>();
        if (query.matches("~?action=.*")) {
            action = query.substring(query.indexOf('=') + 1);
        } else if (!query.isEmpty()) {
            parameters.addAll(List.of(query.split("&", -1)));
        }
        return new Operation(
                matcher.group("method"),
                matcher.group("path"),
                action,
                parameters,
                matcher.group("body"),
                matcher.group("answer"),
                matcher.group("text"));
    }

    /** The whole description. */
    public static ObjectNode document() {
        ObjectNode json = Json.object().put("openapi", "3.1.0");
        json.putObject("info")
                .put("title", "vCenter REST API of Kantoku")
                .put("version", "7.0.1")
                .put(
                        "description",
                        "The part of vCenter's API that Kantoku serves. Below /rest, answers are wrapped in value.");
        ArrayNode security = json.putArray("security");
        security.addObject().putArray("session");
        ObjectNode paths = json.putObject("paths");
        operations().forEach(operation -> add(paths, operation));
        ObjectNode components = json.putObject("components");
        components.set("schemas", Yaml.parse(resource("schemas.yaml")));
        components
                .putObject("securitySchemes")
                .putObject("session")
                .put("type", "apiKey")
                .put("in", "header")
                .put("name", "vmware-api-session-id");
        return json;
    }

    private static void add(ObjectNode paths, Operation operation) {
        String key = operation.path() + (operation.action().isEmpty() ? "" : "?action=" + operation.action());
        ObjectNode json = paths.withObjectProperty(key)
                .putObject(operation.method().toLowerCase(Locale.ROOT))
                .put("summary", operation.text());
        ArrayNode parameters = json.putArray("parameters");
        Matcher variables = VARIABLE.matcher(operation.path());
        while (variables.find()) {
            parameter(parameters, variables.group(1), "path");
        }
        operation.parameters().forEach(name -> parameter(parameters, name, "query"));
        if (!operation.body().equals("-")) {
            json.putObject("requestBody").putObject("content").set("application/json", schema(operation.body()));
        }
        ObjectNode responses = json.putObject("responses");
        String status = operation.answer().equals("-")
                ? operation.path().startsWith("/rest/") ? "200" : "204"
                : operation.method().equals("POST") && operation.path().equals("/api/session") ? "201" : "200";
        ObjectNode good = responses.putObject(status).put("description", "done");
        if (!operation.answer().equals("-")) {
            good.putObject("content").set("application/json", schema(operation.answer()));
        }
        responses
                .putObject("default")
                .put("description", "an error")
                .putObject("content")
                .set("application/json", schema("Error"));
    }

    private static void parameter(ArrayNode parameters, String name, String in) {
        parameters
                .addObject()
                .put("name", name)
                .put("in", in)
                .put("required", in.equals("path"))
                .putObject("schema")
                .put("type", "string");
    }

    private static ObjectNode schema(String name) {
        ObjectNode media = Json.object();
        ObjectNode schema = media.putObject("schema");
        if (name.endsWith("[]")) {
            schema.put("type", "array");
            schema = schema.putObject("items");
        }
        schema.put("$ref", "#/components/schemas/" + name.replace("[]", ""));
        return media;
    }

    private static String resource(String name) {
        try (InputStream in = OpenApi.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
