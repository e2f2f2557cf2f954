package io.kantoku.apimachinery.apply;

import static io.kantoku.apimachinery.RandomJson.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.schema.TypeSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A table of applies and updates, and who owns what after them. What is expected was made by structured-merge-diff 4.6.0, which also ran
 * with its own published cases against this implementation.
 */
class MergeCasesTest {
    private static final TypeSchema STRUCT = fields(Map.of());
    private static final TypeSchema PORTS =
            new TypeSchema.MapList(List.of("port", "protocol"), Map.of("protocol", TextNode.valueOf("TCP")), STRUCT);
    private static final TypeSchema CONTAINERS =
            new TypeSchema.MapList(List.of("name"), Map.of(), fields(Map.of("ports", PORTS)));
    private static final TypeSchema SPEC = fields(Map.of(
            "set",
            new TypeSchema.SetList(),
            "list",
            TypeSchema.atomic(),
            "map",
            new TypeSchema.Granular(_ -> TypeSchema.atomic(), _ -> false),
            "whole",
            TypeSchema.atomic(),
            "struct",
            STRUCT,
            "containers",
            CONTAINERS,
            "keys",
            new TypeSchema.MapList(List.of("id"), Map.of("id", IntNode.valueOf(1)), STRUCT)));
    private static final TypeSchema SCHEMA = fields(Map.of("spec", SPEC));
    private static final TypeSchema OTHER = fields(Map.of(
            "spec", fields(Map.of("struct", TypeSchema.atomic(), "containers", TypeSchema.atomic(), "whole", STRUCT))));

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("merge-cases.yaml"))) {
            JsonNode cases =
                    yaml(new String(in.readAllBytes(), StandardCharsets.UTF_8)).path("cases");
            return StreamSupport.stream(cases.spliterator(), false)
                    .map(one -> DynamicTest.dynamicTest(one.path("name").asText(), () -> run(one)));
        }
    }

    private static void run(JsonNode one) {
        ObjectNode live = null;
        Instant now = Instant.parse("2020-01-01T00:00:00Z");
        for (JsonNode step : one.path("steps")) {
            now = now.plusSeconds(1);
            String verb = Stream.of("apply", "force", "update")
                    .filter(step::has)
                    .findFirst()
                    .orElseThrow();
            TypeSchema schema = step.path("schema").asText().equals("other") ? OTHER : SCHEMA;
            ObjectNode object = Json.object();
            object.set("spec", step.path("spec").deepCopy());
            Writer writer = new Writer(step.path(verb).asText(), "v1", "", now);
            List<String> conflicts = new ArrayList<>();
            try {
                live = write(live, verb, object, writer, schema);
            } catch (ApiException e) {
                Objects.requireNonNull(e.status().details(), e.getMessage())
                        .causes()
                        .forEach(cause -> conflicts.add(cause.message() + ": " + cause.field()));
            }
            List<String> expected = new ArrayList<>();
            step.path("conflicts").forEach(conflict -> expected.add("conflict with " + conflict.asText()));
            assertThat(conflicts).as(step.toString()).containsExactlyInAnyOrderElementsOf(expected);
        }
        ObjectNode object = Objects.requireNonNull(live);
        assertThat(object.path("spec")).isEqualTo(one.path("result"));
        ObjectNode owners = Json.object();
        ManagedFields.of(object)
                .entries()
                .forEach((owner, entry) ->
                        owners.set(owner.manager(), entry.fields().toJson().path("f:spec")));
        assertThat(owners).isEqualTo(one.path("owners"));
    }

    private static ObjectNode write(
            @Nullable ObjectNode live, String verb, ObjectNode object, Writer writer, TypeSchema schema) {
        return verb.equals("update")
                ? ManagedFields.afterUpdate(live, object, writer, schema)
                : ServerSideApply.apply(live, object, writer, verb.equals("force"), schema);
    }

    private static TypeSchema fields(Map<String, TypeSchema> special) {
        return new TypeSchema.Granular(name -> special.getOrDefault(name, TypeSchema.plain()), _ -> true);
    }
}
