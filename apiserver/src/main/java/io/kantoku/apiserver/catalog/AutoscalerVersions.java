package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * HorizontalPodAutoscalers in {@code autoscaling/v1}, which knows one metric, the CPU utilization; upstream keeps what it does
 * not know in annotations, and so does this.
 */
final class AutoscalerVersions {
    private static final String METRICS = "autoscaling.alpha.kubernetes.io/metrics";
    private static final String CURRENT_METRICS = "autoscaling.alpha.kubernetes.io/current-metrics";
    private static final String CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions";
    private static final String BEHAVIOR = "autoscaling.alpha.kubernetes.io/behavior";

    private AutoscalerVersions() {}

    /** From {@code v2} to {@code v1}, or to one of the betas of v2. */
    static ObjectNode toServed(ObjectNode object, String version) {
        if (!version.equals("v1")) {
            return LegacyVersions.autoscalerToServed(object, version);
        }
        if (object.get("spec") instanceof ObjectNode spec) {
            ArrayNode others = Json.mapper().createArrayNode();
            for (ObjectNode metric : Tree.objects(spec, "metrics")) {
                if (isCpu(metric) && !spec.has("targetCPUUtilizationPercentage")) {
                    spec.set(
                            "targetCPUUtilizationPercentage",
                            Tree.at(metric, "resource", "target", "averageUtilization"));
                } else {
                    others.add(metric);
                }
            }
            spec.remove("metrics");
            keep(object, METRICS, others);
            keep(object, BEHAVIOR, spec.path("behavior"));
            spec.remove("behavior");
        }
        if (object.get("status") instanceof ObjectNode status) {
            for (ObjectNode metric : Tree.objects(status, "currentMetrics")) {
                JsonNode used = Tree.at(metric, "resource", "current", "averageUtilization");
                if (Tree.text(metric, "resource", "name").equals("cpu") && !Tree.absent(used)) {
                    status.set("currentCPUUtilizationPercentage", used);
                }
            }
            keep(object, CURRENT_METRICS, status.path("currentMetrics"));
            keep(object, CONDITIONS, status.path("conditions"));
            status.remove(List.of("currentMetrics", "conditions"));
        }
        return object;
    }

    /** To {@code v2}. */
    static ObjectNode toStored(ObjectNode object, String version) {
        if (!version.equals("v1")) {
            return LegacyVersions.autoscalerToStored(object, version);
        }
        ObjectNode spec = Tree.object(object, "spec");
        ArrayNode metrics = Json.mapper().createArrayNode();
        if (Tree.has(spec, "targetCPUUtilizationPercentage")) {
            ObjectNode metric = metrics.addObject().put("type", "Resource");
            metric.putObject("resource")
                    .put("name", "cpu")
                    .putObject("target")
                    .put("type", "Utilization")
                    .set("averageUtilization", spec.path("targetCPUUtilizationPercentage"));
        }
        spec.remove("targetCPUUtilizationPercentage");
        take(object, METRICS).forEach(metrics::add);
        if (!metrics.isEmpty()) {
            spec.set("metrics", metrics);
        }
        JsonNode behavior = take(object, BEHAVIOR);
        if (behavior.isObject()) {
            spec.set("behavior", behavior);
        }
        JsonNode current = take(object, CURRENT_METRICS);
        JsonNode conditions = take(object, CONDITIONS);
        if (object.get("status") instanceof ObjectNode status) {
            status.remove("currentCPUUtilizationPercentage");
            if (current.isArray()) {
                status.set("currentMetrics", current);
            }
            if (conditions.isArray()) {
                status.set("conditions", conditions);
            }
        }
        return object;
    }

    private static boolean isCpu(ObjectNode metric) {
        return Tree.text(metric, "type").equals("Resource")
                && Tree.text(metric, "resource", "name").equals("cpu")
                && Tree.has(metric, "resource", "target", "averageUtilization");
    }

    private static void keep(ObjectNode object, String annotation, JsonNode value) {
        if (!Tree.absent(value) && !value.isEmpty()) {
            Tree.object(Tree.object(object, "metadata"), "annotations").put(annotation, value.toString());
        }
    }

    private static JsonNode take(ObjectNode object, String annotation) {
        if (Tree.at(object, "metadata", "annotations") instanceof ObjectNode annotations
                && annotations.has(annotation)) {
            String text = annotations.remove(annotation).asText("");
            try {
                return Json.parse(text.getBytes(StandardCharsets.UTF_8));
            } catch (ApiException notJson) {
                return object.path("");
            }
        }
        return object.path("");
    }
}
