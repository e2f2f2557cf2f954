package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apiserver.protobuf.ProtobufBody;
import io.kantoku.apiserver.registry.Deletion;
import io.kantoku.apiserver.registry.ListRequest;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.Selection;
import io.kantoku.apiserver.registry.WriteOptions;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the options of requests from their queries, and those of deletions also from their bodies. */
final class Parameters {
    /** What a negative grace period counts as, as upstream. */
    private static final long SHORTEST_GRACE = 1;

    private static final FieldPath DRY_RUN = FieldPath.of("dryRun");

    private Parameters() {}

    static String text(Exchange exchange, String name) {
        return exchange.query(name).orElse("");
    }

    /**
     * A number of seconds or objects, 0 when it is absent; cut to what an int can hold.
     *
     * @throws ApiException 400 in the words of Go's parser when the parameter is no number
     */
    static int number(Exchange exchange, String name) {
        String text = text(exchange, name);
        if (text.isEmpty()) {
            return 0;
        }
        boolean digits = text.matches("[+-]?[0-9]+");
        try {
            return Math.clamp(Long.parseLong(text), Integer.MIN_VALUE, Integer.MAX_VALUE);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("strconv.ParseInt: parsing " + TextNode.valueOf(text) + ": "
                    + (digits ? "value out of range" : "invalid syntax"));
        }
    }

    static Selection selection(Exchange exchange, ResourceType type, String version, String namespace) {
        return Selection.of(type, version, namespace, text(exchange, "labelSelector"), text(exchange, "fieldSelector"));
    }

    static ListRequest list(Exchange exchange, ResourceType type, String version, String namespace) {
        number(exchange, "timeoutSeconds"); // has to be a number, though a list never takes long
        if (exchange.query("sendInitialEvents").isPresent()) {
            refuse(
                    List.of(FieldError.forbidden(
                            FieldPath.of("sendInitialEvents"), "sendInitialEvents is forbidden for list")),
                    "ListOptions");
        }
        return new ListRequest(
                selection(exchange, type, version, namespace),
                Math.max(0, number(exchange, "limit")),
                text(exchange, "continue"),
                text(exchange, "resourceVersion"),
                text(exchange, "resourceVersionMatch"));
    }

    /** Options of create, update and patch. */
    static WriteOptions write(Exchange exchange, String optionsKind) {
        String manager = text(exchange, "fieldManager");
        List<FieldError> errors = new ArrayList<>();
        errors.addAll(ManagerName.check(manager, FieldPath.of("fieldManager")));
        if (optionsKind.equals("PatchOptions")
                && exchange.query("force").isPresent()
                && !Bodies.mediaType(exchange).equals("application/apply-patch+yaml")) {
            errors.add(FieldError.forbidden(FieldPath.of("force"), "may not be specified for non-apply patch"));
        }
        boolean dryRun = dryRun(exchange.query().getOrDefault("dryRun", List.of()), errors);
        WriteOptions.FieldValidation validation = WriteOptions.FieldValidation.WARN;
        switch (text(exchange, "fieldValidation")) {
            case "Strict" -> validation = WriteOptions.FieldValidation.STRICT;
            case "Ignore" -> validation = WriteOptions.FieldValidation.IGNORE;
            case "Warn", "" -> {
                // the default
            }
            default ->
                errors.add(FieldError.notSupported(
                        FieldPath.of("fieldValidation"),
                        text(exchange, "fieldValidation"),
                        List.of("", "Ignore", "Strict", "Warn")));
        }
        refuse(errors, optionsKind);
        return new WriteOptions(dryRun, manager.isEmpty() ? agent(exchange) : manager, validation, new ArrayList<>());
    }

    /** Server-side apply wants a name of its own, not the program's. */
    static String explicitManager(Exchange exchange) {
        return text(exchange, "fieldManager");
    }

    /** The program's name, as it calls itself: upstream's default field manager. */
    private static String agent(Exchange exchange) {
        String agent = exchange.header("User-Agent").orElse("unknown").split("/", 2)[0];
        return agent.length() > ManagerName.LONGEST ? agent.substring(0, ManagerName.LONGEST) : agent;
    }

    /** Options of a deletion: the body's when there is one, otherwise the query's. */
    static Deletion deletion(Exchange exchange) throws IOException {
        byte[] body = Bodies.bytes(exchange);
        List<FieldError> errors = new ArrayList<>();
        Deletion deletion =
                body.length == 0 ? fromQuery(exchange, errors) : fromBody(exchange, options(exchange, body), errors);
        refuse(errors, "DeleteOptions");
        return deletion;
    }

    private static ObjectNode options(Exchange exchange, byte[] body) {
        String mediaType = Bodies.mediaType(exchange);
        JsonNode tree = mediaType.equals(ProtobufBody.MEDIA_TYPE)
                ? ProtobufBody.parse(body)
                : mediaType.endsWith("yaml") ? Yaml.parse(body) : Json.parse(body);
        if (tree instanceof ObjectNode options) {
            String kind = options.path("kind").asText("DeleteOptions");
            if (!kind.isEmpty() && !kind.equals("DeleteOptions")) {
                throw ApiException.badRequest("decoded object cannot be converted to DeleteOptions: it is a " + kind);
            }
            return options;
        }
        throw ApiException.badRequest("the body of a delete request must be a DeleteOptions object");
    }

    private static Deletion fromQuery(Exchange exchange, List<FieldError> errors) {
        String grace = text(exchange, "gracePeriodSeconds");
        String orphan =
                exchange.query("orphanDependents").isEmpty() ? "" : Boolean.toString(exchange.flag("orphanDependents"));
        return new Deletion(
                grace.isEmpty() ? -1 : grace(number(exchange, "gracePeriodSeconds")),
                "",
                "",
                propagation(text(exchange, "propagationPolicy"), orphan, errors),
                dryRun(exchange.query().getOrDefault("dryRun", List.of()), errors));
    }

    private static Deletion fromBody(Exchange exchange, ObjectNode options, List<FieldError> errors) {
        JsonNode preconditions = options.path("preconditions");
        List<String> dryRun = new ArrayList<>(exchange.query().getOrDefault("dryRun", List.of()));
        options.path("dryRun").forEach(node -> dryRun.add(node.asText()));
        String policy = options.path("propagationPolicy").asText("");
        JsonNode grace = options.path("gracePeriodSeconds");
        return new Deletion(
                grace.isNumber() ? grace(grace.asLong()) : -1,
                preconditions.path("uid").asText(""),
                preconditions.path("resourceVersion").asText(""),
                propagation(
                        policy.isEmpty() ? text(exchange, "propagationPolicy") : policy,
                        options.path("orphanDependents").asText(""),
                        errors),
                dryRun(dryRun, errors));
    }

    private static long grace(long seconds) {
        return seconds < 0 ? SHORTEST_GRACE : seconds;
    }

    private static Deletion.Propagation propagation(String policy, String orphan, List<FieldError> errors) {
        if (!policy.isEmpty() && !orphan.isEmpty()) {
            errors.add(FieldError.invalid(
                    FieldPath.of("propagationPolicy"),
                    policy,
                    "orphanDependents and deletionPropagation cannot be both set"));
        }
        return switch (policy) {
            case "Background" -> Deletion.Propagation.BACKGROUND;
            case "Foreground" -> Deletion.Propagation.FOREGROUND;
            case "Orphan" -> Deletion.Propagation.ORPHAN;
            case "" ->
                switch (orphan) {
                    case "true" -> Deletion.Propagation.ORPHAN;
                    case "false" -> Deletion.Propagation.BACKGROUND;
                    default -> Deletion.Propagation.UNSET;
                };
            default -> {
                errors.add(FieldError.notSupported(
                        FieldPath.of("propagationPolicy"),
                        policy,
                        List.of("Foreground", "Background", "Orphan", "nil")));
                yield Deletion.Propagation.UNSET;
            }
        };
    }

    private static boolean dryRun(List<String> values, List<FieldError> errors) {
        if (!values.stream().allMatch("All"::equals)) {
            ArrayNode all = Json.mapper().createArrayNode();
            values.forEach(all::add);
            errors.add(FieldError.notSupported(DRY_RUN, all, List.of("All")));
        }
        return !values.isEmpty();
    }

    private static void refuse(List<FieldError> errors, String optionsKind) {
        if (!errors.isEmpty()) {
            throw ApiException.invalid(new GroupKind("meta.k8s.io", optionsKind), "", errors);
        }
    }
}
