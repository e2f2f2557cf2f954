package io.kantoku.apimachinery.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.schema.TypeSchema;
import java.nio.charset.StandardCharsets;

/**
 * What kubectl applied before it applied on the server: the annotation that its client-side apply keeps. When the same kubectl goes over
 * to server-side apply, it is not in conflict with itself (upstream's last-applied manager and updater).
 */
final class LastApplied {
    private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
    private static final String KUBECTL = "kubectl";

    private LastApplied() {}

    /** The fields that kubectl applied on its own side and that are still as it left them; none for other writers. */
    static FieldSet fields(ObjectNode live, Writer writer, TypeSchema schema) {
        String text = annotation(live, writer);
        if (text.isEmpty()) {
            return FieldSet.EMPTY;
        }
        try {
            JsonNode last = Json.parse(text.getBytes(StandardCharsets.UTF_8));
            if (!last.path("apiVersion").equals(live.path("apiVersion"))) {
                return FieldSet.EMPTY;
            }
            Comparison comparison = Comparison.of(last, live, schema);
            return Ownership.fieldsOf(last, schema)
                    .difference(comparison.changed())
                    .difference(comparison.removed());
        } catch (ApiException | UntypedPatchException unreadable) {
            return FieldSet.EMPTY; // whoever wrote that has no claim to anything
        }
    }

    /** Keeps the annotation in step, so that kubectl may go back to applying on its own side. */
    static void renew(ObjectNode live, ObjectNode applied, ObjectNode merged, Writer writer) {
        if (annotation(live, writer).isEmpty()) {
            return;
        }
        ObjectNode config = applied.deepCopy();
        if (config.path("metadata").path("annotations") instanceof ObjectNode annotations) {
            annotations.remove(ANNOTATION);
        }
        merged.withObjectProperty("metadata")
                .withObjectProperty("annotations")
                .put(ANNOTATION, new String(Json.bytes(config), StandardCharsets.UTF_8) + "\n");
    }

    private static String annotation(ObjectNode live, Writer writer) {
        return writer.manager().equals(KUBECTL)
                ? live.path("metadata").path("annotations").path(ANNOTATION).asText("")
                : "";
    }
}
