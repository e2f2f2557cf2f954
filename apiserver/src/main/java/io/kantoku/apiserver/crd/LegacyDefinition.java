package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Definitions as {@code apiextensions.k8s.io/v1beta1} writes them, where one schema, one set of subresources and columns may hold for
 * all versions, and unknown fields are kept unless the definition says otherwise.
 */
final class LegacyDefinition {
    private LegacyDefinition() {}

    /** Changes a v1beta1 tree into v1, and returns it. */
    static ObjectNode toV1(ObjectNode definition) {
        ObjectNode spec = definition.withObjectProperty("spec");
        if (!spec.has("preserveUnknownFields")) {
            spec.put("preserveUnknownFields", true);
        }
        String only = spec.path("version").asText();
        ArrayNode versions = spec.withArrayProperty("versions");
        if (versions.isEmpty() && !only.isEmpty()) {
            versions.addObject().put("name", only).put("served", true).put("storage", true);
        }
        for (JsonNode each : versions) {
            if (each instanceof ObjectNode version) {
                share(spec, "subresources", version, "subresources");
                share(spec, "validation", version, "schema");
                share(spec, "additionalPrinterColumns", version, "additionalPrinterColumns");
                rename(version.path("additionalPrinterColumns"), "JSONPath", "jsonPath");
            }
        }
        spec.remove(List.of("version", "subresources", "validation", "additionalPrinterColumns"));
        if (spec.get("conversion") instanceof ObjectNode conversion
                && (conversion.has("webhookClientConfig") || conversion.has("conversionReviewVersions"))) {
            ObjectNode webhook = conversion.putObject("webhook");
            move(conversion, "webhookClientConfig", webhook, "clientConfig");
            move(conversion, "conversionReviewVersions", webhook, "conversionReviewVersions");
            if (!webhook.has("conversionReviewVersions")) {
                webhook.putArray("conversionReviewVersions").add("v1beta1");
            }
        }
        return definition;
    }

    /** Changes a v1 tree into v1beta1, and returns it. */
    static ObjectNode fromV1(ObjectNode definition) {
        ObjectNode spec = definition.withObjectProperty("spec");
        ArrayNode versions = spec.withArrayProperty("versions");
        if (!versions.isEmpty()) {
            spec.put("version", versions.get(0).path("name").asText());
        }
        versions.forEach(version -> rename(version.path("additionalPrinterColumns"), "jsonPath", "JSONPath"));
        hoist(versions, "subresources", spec, "subresources");
        hoist(versions, "schema", spec, "validation");
        hoist(versions, "additionalPrinterColumns", spec, "additionalPrinterColumns");
        if (spec.get("conversion") instanceof ObjectNode conversion
                && conversion.remove("webhook") instanceof ObjectNode webhook) {
            move(webhook, "clientConfig", conversion, "webhookClientConfig");
            move(webhook, "conversionReviewVersions", conversion, "conversionReviewVersions");
        }
        return definition;
    }

    private static void share(ObjectNode spec, String shared, ObjectNode version, String own) {
        JsonNode value = spec.get(shared);
        if (value != null && !version.has(own)) {
            version.set(own, value.deepCopy());
        }
    }

    /** What is the same in all versions stands once, outside of them. */
    private static void hoist(ArrayNode versions, String own, ObjectNode spec, String shared) {
        List<JsonNode> values = new ArrayList<>();
        versions.forEach(version -> values.add(version.path(own)));
        boolean same = !values.isEmpty() && values.stream().allMatch(value -> value.equals(values.getFirst()));
        if (same && !values.getFirst().isMissingNode()) {
            spec.set(shared, values.getFirst());
            versions.forEach(version -> ((ObjectNode) version).remove(own));
        }
    }

    private static void rename(JsonNode objects, String from, String to) {
        for (JsonNode each : objects) {
            if (each instanceof ObjectNode object) {
                move(object, from, object, to);
            }
        }
    }

    private static void move(ObjectNode from, String name, ObjectNode to, String newName) {
        JsonNode value = from.remove(name);
        if (value != null) {
            to.set(newName, value);
        }
    }
}
