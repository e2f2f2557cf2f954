package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.util.List;
import java.util.Map;

/**
 * Objects in versions that newer releases no longer serve, as far as they differ from the stored version in more than {@code
 * apiVersion}.
 */
final class LegacyVersions {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String HOST = "kubernetes.io/hostname";

    private LegacyVersions() {}

    /** {@code v1beta1} of {@code networking.k8s.io} and {@code extensions}: a backend is a service's name and port, without more. */
    static ObjectNode ingressToServed(ObjectNode ingress, String version) {
        if (ingress.get("spec") instanceof ObjectNode spec) {
            if (spec.remove("defaultBackend") instanceof ObjectNode backend) {
                spec.set("backend", backendToServed(backend));
            }
            for (ObjectNode rule : Tree.objects(spec, "rules")) {
                for (ObjectNode path : Tree.objects(rule.path("http"), "paths")) {
                    if (path.get("backend") instanceof ObjectNode backend) {
                        path.set("backend", backendToServed(backend));
                    }
                }
            }
        }
        return ingress;
    }

    static ObjectNode ingressToStored(ObjectNode ingress, String version) {
        if (ingress.get("spec") instanceof ObjectNode spec) {
            if (spec.remove("backend") instanceof ObjectNode backend) {
                spec.set("defaultBackend", backendToStored(backend));
            }
            for (ObjectNode rule : Tree.objects(spec, "rules")) {
                for (ObjectNode path : Tree.objects(rule.path("http"), "paths")) {
                    if (path.get("backend") instanceof ObjectNode backend) {
                        path.set("backend", backendToStored(backend));
                    }
                    if (!path.has("pathType")) {
                        path.put("pathType", "ImplementationSpecific");
                    }
                }
            }
        }
        return ingress;
    }

    private static ObjectNode backendToServed(ObjectNode backend) {
        if (backend.remove("service") instanceof ObjectNode service) {
            backend.set("serviceName", service.path("name"));
            JsonNode port = service.path("port");
            backend.set("servicePort", port.has("name") ? port.path("name") : port.path("number"));
        }
        return backend;
    }

    private static ObjectNode backendToStored(ObjectNode backend) {
        JsonNode name = backend.remove("serviceName");
        JsonNode port = backend.remove("servicePort");
        if (name != null) {
            ObjectNode service = backend.putObject("service");
            service.set("name", name);
            if (port != null) {
                service.putObject("port").set(port.isTextual() ? "name" : "number", port);
            }
        }
        return backend;
    }

    /** {@code discovery.k8s.io/v1beta1}: zone and node are labels in {@code topology}. */
    static ObjectNode sliceToServed(ObjectNode slice, String version) {
        for (ObjectNode endpoint : Tree.objects(slice, "endpoints")) {
            ObjectNode topology = endpoint.remove("deprecatedTopology") instanceof ObjectNode old ? old : Json.object();
            JsonNode zone = endpoint.remove("zone");
            if (zone != null) {
                topology.set(ZONE, zone);
            }
            if (endpoint.has("nodeName")) {
                topology.set(HOST, endpoint.path("nodeName"));
            }
            if (!topology.isEmpty()) {
                endpoint.set("topology", topology);
            }
        }
        return slice;
    }

    static ObjectNode sliceToStored(ObjectNode slice, String version) {
        for (ObjectNode endpoint : Tree.objects(slice, "endpoints")) {
            if (endpoint.remove("topology") instanceof ObjectNode topology) {
                JsonNode zone = topology.remove(ZONE);
                JsonNode host = topology.remove(HOST);
                if (zone != null) {
                    endpoint.set("zone", zone);
                }
                if (host != null && !endpoint.has("nodeName")) {
                    endpoint.set("nodeName", host);
                }
                if (!topology.isEmpty()) {
                    endpoint.set("deprecatedTopology", topology);
                }
            }
        }
        return slice;
    }

    /** {@code v1beta1} and {@code v1beta2} of priority levels: shares had another name. */
    static ObjectNode levelToServed(ObjectNode level, String version) {
        if (!version.equals("v1beta3")) {
            rename(level, "nominalConcurrencyShares", "assuredConcurrencyShares");
        }
        return level;
    }

    static ObjectNode levelToStored(ObjectNode level, String version) {
        rename(level, "assuredConcurrencyShares", "nominalConcurrencyShares");
        return level;
    }

    private static void rename(ObjectNode level, String from, String to) {
        if (Tree.at(level, "spec", "limited") instanceof ObjectNode limited) {
            JsonNode shares = limited.remove(from);
            if (shares != null && !limited.has(to)) {
                limited.set(to, shares);
            }
        }
    }

    /** {@code v1beta1} of webhook configurations: other defaults. */
    static ObjectNode webhooksToStored(ObjectNode configuration, String version) {
        for (ObjectNode webhook : Tree.objects(configuration, "webhooks")) {
            Map.of("failurePolicy", "Ignore", "matchPolicy", "Exact", "sideEffects", "Unknown")
                    .forEach((field, value) -> {
                        if (!webhook.has(field)) {
                            webhook.put(field, value);
                        }
                    });
            if (!webhook.has("timeoutSeconds")) {
                webhook.put("timeoutSeconds", 30);
            }
            if (!webhook.has("admissionReviewVersions")) {
                webhook.putArray("admissionReviewVersions").add("v1beta1");
            }
        }
        return configuration;
    }

    /** {@code v1beta1} of signing requests: a signer and usages need not be named. */
    static ObjectNode signingRequestToStored(ObjectNode request, String version) {
        if (request.get("spec") instanceof ObjectNode spec) {
            if (!spec.has("signerName")) {
                spec.put("signerName", "kubernetes.io/legacy-unknown");
            }
            if (!spec.has("usages")) {
                spec.putArray("usages").add("digital signature").add("key encipherment");
            }
        }
        return request;
    }

    /** {@code autoscaling/v2beta1}: the target of a metric is a pair of fields in the metric itself. */
    static ObjectNode autoscalerToServed(ObjectNode autoscaler, String version) {
        if (!version.equals("v2beta1")) {
            return autoscaler;
        }
        for (ObjectNode metric : metrics(autoscaler, "spec", "metrics")) {
            for (String source : List.of("resource", "containerResource", "pods", "object", "external")) {
                if (metric.get(source) instanceof ObjectNode values
                        && values.remove("target") instanceof ObjectNode target) {
                    flatten(source, values, target);
                }
            }
        }
        for (ObjectNode metric : metrics(autoscaler, "status", "currentMetrics")) {
            for (String source : List.of("resource", "containerResource", "pods", "object", "external")) {
                if (metric.get(source) instanceof ObjectNode values
                        && values.remove("current") instanceof ObjectNode current) {
                    copy(current, "averageUtilization", values, "currentAverageUtilization");
                    copy(current, "averageValue", values, "currentAverageValue");
                    copy(current, "value", values, "currentValue");
                }
            }
        }
        return autoscaler;
    }

    private static void flatten(String source, ObjectNode values, ObjectNode target) {
        copy(target, "averageUtilization", values, "targetAverageUtilization");
        switch (source) {
            case "object" -> {
                copy(target, "value", values, "targetValue");
                copy(target, "averageValue", values, "averageValue");
                move(values, "describedObject", values, "target");
                metricToServed(values);
            }
            case "external" -> {
                copy(target, "value", values, "targetValue");
                copy(target, "averageValue", values, "targetAverageValue");
                metricToServed(values);
            }
            case "pods" -> {
                copy(target, "averageValue", values, "targetAverageValue");
                metricToServed(values);
            }
            default -> copy(target, "averageValue", values, "targetAverageValue");
        }
    }

    private static void metricToServed(ObjectNode values) {
        if (values.remove("metric") instanceof ObjectNode metric) {
            copy(metric, "name", values, "metricName");
            copy(metric, "selector", values, "selector");
        }
    }

    static ObjectNode autoscalerToStored(ObjectNode autoscaler, String version) {
        if (!version.equals("v2beta1")) {
            return autoscaler;
        }
        for (ObjectNode metric : metrics(autoscaler, "spec", "metrics")) {
            for (String source : List.of("resource", "containerResource", "pods", "object", "external")) {
                if (metric.get(source) instanceof ObjectNode values) {
                    unflatten(source, values);
                }
            }
        }
        return autoscaler;
    }

    private static void unflatten(String source, ObjectNode values) {
        ObjectNode target = Json.object();
        if (source.equals("object")) {
            move(values, "target", values, "describedObject");
            move(values, "averageValue", target, "averageValue");
        }
        move(values, "targetAverageUtilization", target, "averageUtilization");
        move(values, "targetAverageValue", target, "averageValue");
        move(values, "targetValue", target, "value");
        target.put(
                "type",
                target.has("averageUtilization")
                        ? "Utilization"
                        : target.has("averageValue") ? "AverageValue" : "Value");
        values.set("target", target);
        if (values.has("metricName")) {
            ObjectNode metric = values.putObject("metric");
            move(values, "metricName", metric, "name");
            move(values, "selector", metric, "selector");
        }
    }

    private static List<ObjectNode> metrics(ObjectNode autoscaler, String part, String list) {
        return Tree.objects(autoscaler.path(part), list);
    }

    private static void copy(ObjectNode from, String field, ObjectNode to, String name) {
        if (from.has(field)) {
            to.set(name, from.path(field));
        }
    }

    private static void move(ObjectNode from, String field, ObjectNode to, String name) {
        JsonNode value = from.remove(field);
        if (value != null) {
            to.set(name, value);
        }
    }
}
