package io.kantoku.controllers.autoscaling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.controllers.autoscaling.ReplicaCalculator.Proposal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Works out what one entry of {@code spec.metrics} asks for.
 *
 * @param selector the pods of the target, in the query-string form
 * @param observed how many replicas the target reports
 * @param resources the resource of a group and kind, with its group, for example {@code services}
 */
record MetricEvaluation(
        String namespace,
        MetricReader reader,
        ReplicaCalculator calculator,
        String selector,
        int observed,
        BiFunction<String, String, String> resources) {
    /**
     * What a metric asks for.
     *
     * @param name as reasons of changes call the metric
     * @param status the entry of {@code status.currentMetrics}
     */
    record Wanted(int replicas, String name, ObjectNode status) {}

    /** A metric of which nothing follows: the reason of the condition {@code ScalingActive}, why, and which metric it is. */
    static final class UnusableException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String reason;
        private final String message;
        private final String summary;

        UnusableException(String reason, String message, String summary) {
            super(message);
            this.reason = reason;
            this.message = message;
            this.summary = summary + ": " + message;
        }

        @Override
        public String getMessage() {
            return message;
        }

        String reason() {
            return reason;
        }

        String summary() {
            return summary;
        }
    }

    /** @throws UnusableException with upstream's reason and message */
    Wanted evaluate(JsonNode metric) {
        String type = metric.path("type").asText();
        String field = Character.toLowerCase(type.charAt(0)) + type.substring(1);
        JsonNode source = metric.path(field);
        JsonNode target = source.path("target");
        String name =
                source.path("name").asText(source.path("metric").path("name").asText());
        String reason = "FailedGet" + type + "Metric";
        String summary = "failed to get "
                + switch (type) {
                    case "Resource" -> name + " resource metric value";
                    case "ContainerResource" -> name + " container metric value";
                    case "Object" -> "object metric value";
                    case "Pods" -> "pods metric value";
                    default -> name + " external metric value";
                };
        try {
            return switch (type) {
                case "Resource", "ContainerResource" -> resource(type, field, source, target, name);
                case "Object" -> object(source, target, name);
                case "Pods" -> pods(source, target, name);
                case "External" -> external(source, target, name);
                default ->
                    throw new UnusableException(
                            "InvalidMetricSourceType",
                            "unknown metric source type \"" + type + "\"",
                            "invalid metric source");
            };
        } catch (MetricException e) {
            throw new UnusableException(reason, e.getMessage(), summary);
        }
    }

    private Wanted resource(String type, String field, JsonNode source, JsonNode target, String resource) {
        String container = source.path("container").asText("");
        boolean utilization = !target.has("averageValue");
        if (utilization && !target.has("averageUtilization")) {
            throw new MetricException("invalid " + (container.isEmpty() ? "resource" : "container resource")
                    + " metric source: neither an average utilization target nor an average value (usage)"
                    + " target was set");
        }
        Proposal proposal;
        try {
            var metrics = within(
                    "unable to get metrics for resource " + resource,
                    () -> reader.resource(resource, selector, container));
            proposal = utilization
                    ? calculator.utilization(
                            metrics, target.path("averageUtilization").asInt(), resource, container)
                    : calculator.average(metrics, milli(target, "averageValue"), resource);
        } catch (MetricException e) {
            throw new MetricException("failed to get " + resource + " " + (utilization ? "utilization" : "usage") + ": "
                    + e.getMessage());
        }
        ObjectNode status = status(type);
        ObjectNode entry = status.putObject(field);
        entry.put("name", resource);
        if (!container.isEmpty()) {
            entry.put("container", container);
        }
        ObjectNode current = entry.putObject("current");
        if (utilization) {
            current.put("averageUtilization", proposal.utilization());
        }
        current.put("averageValue", quantity(proposal.value()));
        String name = (type.equals("Resource") ? resource + " resource" : resource + " container resource")
                + (utilization ? " utilization (percentage of request)" : "");
        return new Wanted(proposal.replicas(), name, status);
    }

    private Wanted pods(JsonNode source, JsonNode target, String metric) {
        var metrics = within(
                "unable to get metric " + metric, () -> reader.pods(metric, selector, selector(source.path("metric"))));
        Proposal proposal = calculator.average(metrics, milli(target, "averageValue"), "");
        ObjectNode status = status("Pods");
        ObjectNode entry = status.putObject("pods");
        entry.set("metric", source.path("metric").deepCopy());
        entry.putObject("current").put("averageValue", quantity(proposal.value()));
        return new Wanted(proposal.replicas(), "pods metric " + metric, status);
    }

    private Wanted object(JsonNode source, JsonNode target, String metric) {
        JsonNode described = source.path("describedObject");
        String version = described.path("apiVersion").asText("");
        String group = version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
        String kind = described.path("kind").asText();
        String name = described.path("name").asText();
        long value = within(
                "unable to get metric " + metric + ": " + kind + " on " + name,
                () -> reader.object(resources.apply(group, kind), name, metric, selector(source.path("metric"))));
        boolean whole = target.has("value");
        Proposal proposal = whole
                ? calculator.value(value, milli(target, "value"))
                : calculator.share(value, milli(target, "averageValue"), observed);
        ObjectNode status = status("Object");
        ObjectNode entry = status.putObject("object");
        entry.set("describedObject", described.deepCopy());
        entry.set("metric", source.path("metric").deepCopy());
        entry.putObject("current").put(whole ? "value" : "averageValue", quantity(proposal.value()));
        return new Wanted(
                proposal.replicas(),
                whole ? kind + " metric " + metric : "external metric " + metric + "(" + shown(source) + ")",
                status);
    }

    private Wanted external(JsonNode source, JsonNode target, String metric) {
        long value = within(
                "unable to get external metric " + namespace + "/" + metric + "/" + shown(source),
                () -> reader.external(metric, selector(source.path("metric"))));
        boolean whole = !target.has("averageValue");
        if (whole && !target.has("value")) {
            throw new MetricException(
                    "invalid external metric source: neither a value target nor an average value target was set");
        }
        Proposal proposal = whole
                ? calculator.value(value, milli(target, "value"))
                : calculator.share(value, milli(target, "averageValue"), observed);
        ObjectNode status = status("External");
        ObjectNode entry = status.putObject("external");
        entry.set("metric", source.path("metric").deepCopy());
        entry.putObject("current").put(whole ? "value" : "averageValue", quantity(proposal.value()));
        return new Wanted(proposal.replicas(), "external metric " + metric + "(" + shown(source) + ")", status);
    }

    private interface Read<T> {
        T now();
    }

    private static <T> T within(String doing, Read<T> read) {
        try {
            return read.now();
        } catch (MetricException e) {
            throw new MetricException(doing + ": " + e.getMessage());
        }
    }

    private static ObjectNode status(String type) {
        return Json.object().put("type", type);
    }

    private static String selector(JsonNode metric) {
        return metric.has("selector")
                ? LabelSelector.fromJson(metric.path("selector")).toString()
                : "";
    }

    private static long milli(JsonNode target, String field) {
        return Math.max(1, Quantity.parse(target.path(field).asText("0")).toMilli());
    }

    private static String quantity(long milli) {
        return Quantity.ofMilli(milli).toString();
    }

    /** A selector as Go prints the structure. */
    private static String shown(JsonNode source) {
        JsonNode selector = source.path("metric").path("selector");
        if (!selector.isObject()) {
            return "nil";
        }
        List<String> labels = new ArrayList<>();
        selector.path("matchLabels")
                .properties()
                .forEach(label ->
                        labels.add(label.getKey() + ": " + label.getValue().asText() + ","));
        return "&LabelSelector{MatchLabels:map[string]string{" + String.join("", labels)
                + "},MatchExpressions:[]LabelSelectorRequirement{},}";
    }
}
