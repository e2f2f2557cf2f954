package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.protobuf.ProtobufBody;
import io.kantoku.transport.Exchange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Chooses the form of an answer from {@code Accept} and {@code pretty}. */
final class Negotiation {
    /** What Go's {@code strconv.ParseBool} takes for yes. */
    private static final Set<String> YES = Set.of("1", "t", "T", "true", "TRUE", "True");

    private static final String ACCEPTED = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

    private Negotiation() {}

    /**
     * One alternative of an {@code Accept} header.
     *
     * @param type the media type, lower case
     * @param parameters without {@code q}
     */
    record Alternative(String type, Map<String, String> parameters, double quality) {
        boolean json() {
            return type.equals("application/json") || type.equals("*/*") || type.equals("application/*");
        }

        boolean protobuf() {
            return type.equals(ProtobufBody.MEDIA_TYPE);
        }

        String as() {
            return parameters.getOrDefault("as", "");
        }

        String parameter(String name) {
            return parameters.getOrDefault(name, "");
        }
    }

    /** What the client accepts, best first; everything when it does not say. */
    static List<Alternative> alternatives(Exchange exchange) {
        List<Alternative> found = new ArrayList<>();
        for (String header : exchange.headers("Accept")) {
            for (String part : header.split(",", -1)) {
                if (!part.isBlank()) {
                    found.add(alternative(part));
                }
            }
        }
        if (found.isEmpty()) {
            found.add(new Alternative("*/*", Map.of(), 1));
        }
        found.sort(Comparator.comparingDouble(Alternative::quality).reversed());
        return found;
    }

    /** @throws ApiException 406 when nothing that the client accepts can be made */
    static Wanted wanted(Exchange exchange) {
        return wanted(exchange, false, true);
    }

    /**
     * The form of an answer about objects.
     *
     * @param protobuf whether the objects have a protobuf form; their metadata always has one, tables never
     * @param tables whether the objects can be shown in tables; answers to reviews cannot
     * @throws ApiException 406 when nothing that the client accepts can be made
     */
    static Wanted wanted(Exchange exchange, boolean protobuf, boolean tables) {
        for (Alternative alternative : alternatives(exchange)) {
            Optional<Wanted> wanted = wanted(alternative, exchange)
                    .filter(form -> tables || form.shape() != Wanted.Shape.TABLE)
                    .filter(form -> form.syntax() != Wanted.Syntax.PROTOBUF
                            || form.shape() == Wanted.Shape.METADATA
                            || (protobuf && form.shape() == Wanted.Shape.OBJECT));
            if (wanted.isPresent()) {
                return wanted.get();
            }
        }
        throw notAcceptable();
    }

    /** The form of error answers: never fails. */
    static Wanted forErrors(Exchange exchange) {
        for (Alternative alternative : alternatives(exchange)) {
            if (alternative.json()) {
                return Wanted.JSON;
            }
            if (alternative.type().equals("application/yaml")) {
                return new Wanted(Wanted.Syntax.YAML, Wanted.Shape.OBJECT, "v1", false, "");
            }
            if (alternative.protobuf()) {
                return new Wanted(Wanted.Syntax.PROTOBUF, Wanted.Shape.OBJECT, "v1", false, "");
            }
        }
        return Wanted.JSON;
    }

    static ApiException notAcceptable() {
        return new ApiException(
                Status.failure(406, "NotAcceptable", "only the following media types are accepted: " + ACCEPTED));
    }

    private static Optional<Wanted> wanted(Alternative alternative, Exchange exchange) {
        Wanted.Syntax syntax;
        if (alternative.json()) {
            syntax = Wanted.Syntax.JSON;
        } else if (alternative.type().equals("application/yaml")) {
            syntax = Wanted.Syntax.YAML;
        } else if (alternative.protobuf()) {
            syntax = Wanted.Syntax.PROTOBUF;
        } else {
            return Optional.empty();
        }
        String version = alternative.parameter("v");
        boolean meta =
                alternative.parameter("g").equals("meta.k8s.io") && (version.equals("v1") || version.equals("v1beta1"));
        return switch (alternative.as()) {
            case "" -> Optional.of(form(syntax, Wanted.Shape.OBJECT, "v1", exchange));
            case "Table" -> meta ? Optional.of(form(syntax, Wanted.Shape.TABLE, version, exchange)) : Optional.empty();
            case "PartialObjectMetadata", "PartialObjectMetadataList" ->
                meta ? Optional.of(form(syntax, Wanted.Shape.METADATA, version, exchange)) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Wanted form(Wanted.Syntax syntax, Wanted.Shape shape, String version, Exchange exchange) {
        return new Wanted(
                syntax,
                shape,
                version,
                pretty(exchange),
                shape == Wanted.Shape.TABLE ? included(exchange) : "Metadata");
    }

    private static String included(Exchange exchange) {
        String asked = exchange.query("includeObject").orElse("");
        return switch (asked) {
            case "" -> "Metadata";
            case "None", "Metadata", "Object" -> asked;
            default ->
                throw ApiException.badRequest("Unable to convert to Table as requested: "
                        + FieldError.invalid(
                                FieldPath.of("includeObject"),
                                asked,
                                "must be 'Metadata', 'Object', 'None', or empty"));
        };
    }

    private static boolean pretty(Exchange exchange) {
        Optional<String> asked = exchange.query("pretty").filter(text -> !text.isEmpty());
        if (asked.isPresent()) {
            return YES.contains(asked.get());
        }
        String agent = exchange.header("User-Agent").orElse("");
        return agent.startsWith("curl") || agent.startsWith("Wget") || agent.startsWith("Mozilla/5.0");
    }

    private static Alternative alternative(String text) {
        String[] parts = text.split(";", -1);
        Map<String, String> parameters = new HashMap<>();
        double quality = 1;
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].strip().split("=", 2);
            String value = pair.length == 2 ? pair[1].strip() : "";
            if (pair[0].equals("q")) {
                quality = quality(value);
            } else {
                parameters.put(pair[0], value);
            }
        }
        return new Alternative(parts[0].strip().toLowerCase(Locale.ROOT), parameters, quality);
    }

    private static double quality(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
