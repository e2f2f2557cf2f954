package io.kantoku.controllers.autoscaling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.client.ApiPaths;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads metrics of one namespace from the APIs that other servers add: {@code metrics.k8s.io}, {@code custom.metrics.k8s.io} and
 * {@code external.metrics.k8s.io}. Values are in thousandths. Fails with a {@link MetricException} that says which API has nothing.
 */
final class MetricReader {
    private static final GroupVersionResource POD_METRICS =
            new GroupVersionResource("metrics.k8s.io", "v1beta1", "pods");
    private static final Duration USUAL_WINDOW = Duration.ofMinutes(1);
    private static final Pattern DURATION_PART = Pattern.compile("([0-9.]+)(h|ms|m|s)");

    private final KubeClient client;
    private final String namespace;

    MetricReader(KubeClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Use of a resource by each pod, or by one of its containers; a pod of which a container lacks the metric is left out. */
    Map<String, PodMetric> resource(String resource, String selector, String container) {
        JsonNode items = items(
                "resource",
                ApiPaths.collection(POD_METRICS, namespace) + query("labelSelector", selector),
                "pods.metrics.k8s.io");
        Map<String, PodMetric> metrics = new HashMap<>();
        for (JsonNode item : items) {
            String pod = item.path("metadata").path("name").asText();
            long sum = 0;
            int found = 0;
            boolean complete = true;
            for (JsonNode each : item.path("containers")) {
                if (container.isEmpty() || each.path("name").asText().equals(container)) {
                    JsonNode usage = each.path("usage").path(resource);
                    complete &= !usage.isMissingNode();
                    sum += usage.isMissingNode()
                            ? 0
                            : Quantity.parse(usage.asText()).toMilli();
                    found++;
                }
            }
            if (!container.isEmpty() && found == 0) {
                throw new MetricException(
                        "container " + container + " not present in metrics for pod " + namespace + "/" + pod);
            }
            if (complete) {
                metrics.put(
                        pod,
                        new PodMetric(
                                time(item.path("timestamp")),
                                window(item.path("window").asText("")),
                                sum));
            }
        }
        return metrics;
    }

    /** A metric of each pod. */
    Map<String, PodMetric> pods(String metric, String selector, String metricSelector) {
        JsonNode items = custom("pods/*/" + metric, selector, metricSelector, "pods");
        Map<String, PodMetric> metrics = new HashMap<>();
        for (JsonNode item : items) {
            JsonNode seconds = item.path("windowSeconds");
            metrics.put(
                    item.path("describedObject").path("name").asText(),
                    new PodMetric(
                            time(item.path("timestamp")),
                            seconds.isIntegralNumber() ? Duration.ofSeconds(seconds.asLong()) : USUAL_WINDOW,
                            value(item)));
        }
        return metrics;
    }

    /** A metric of one object, whose resource is written with its group, for example {@code ingresses.networking.k8s.io}. */
    long object(String resource, String name, String metric, String metricSelector) {
        String path = resource.equals("namespaces") ? "metrics/" + metric : resource + "/" + name + "/" + metric;
        return value(custom(path, "", metricSelector, resource).path(0));
    }

    /** The sum of what an external metric has. */
    long external(String metric, String metricSelector) {
        JsonNode items = items(
                "external",
                "/apis/external.metrics.k8s.io/v1beta1/namespaces/" + namespace + "/" + metric
                        + query("labelSelector", metricSelector),
                metric + ".external.metrics.k8s.io");
        long sum = 0;
        for (JsonNode item : items) {
            sum += value(item);
        }
        return sum;
    }

    private JsonNode custom(String path, String selector, String metricSelector, String resource) {
        String query = query("labelSelector", selector, "metricLabelSelector", metricSelector);
        String rest = "/namespaces/" + namespace + "/" + path + query;
        String newest = "/apis/custom.metrics.k8s.io/v1beta2";
        try {
            return nonEmpty("custom", client.read(newest + rest));
        } catch (ApiException e) {
            String root = isUnserved(e) ? "/apis/custom.metrics.k8s.io/v1beta1" : newest;
            return items("custom", root + rest, resource + ".custom.metrics.k8s.io");
        }
    }

    /** Whether it is the path that does not exist, and not an object. */
    private static boolean isUnserved(ApiException e) {
        return e.isNotFound()
                && (e.status().details() == null || e.status().details().name().isEmpty());
    }

    private JsonNode items(String api, String path, String resource) {
        try {
            return nonEmpty(api, client.read(path));
        } catch (ApiException e) {
            String why = isUnserved(e)
                    ? "the server could not find the requested resource (get " + resource + ")"
                    : e.status().message();
            throw new MetricException("unable to fetch metrics from " + api + " metrics API: " + why);
        }
    }

    private static JsonNode nonEmpty(String api, JsonNode answer) {
        JsonNode items = answer.path("items");
        if (items.isEmpty()) {
            throw new MetricException("no metrics returned from " + api + " metrics API");
        }
        return items;
    }

    private static long value(JsonNode item) {
        return Quantity.parse(item.path("value").asText("0")).toMilli();
    }

    private static Instant time(JsonNode text) {
        return Timestamps.parse(text.asText("")).orElse(Instant.EPOCH);
    }

    /** Reads a Go duration such as {@code 15.3s} or {@code 1m0s}. */
    static Duration window(String text) {
        Matcher parts = DURATION_PART.matcher(text);
        double seconds = 0;
        while (parts.find()) {
            double unit = switch (parts.group(2)) {
                case "h" -> 3600;
                case "m" -> 60;
                case "ms" -> 0.001;
                default -> 1;
            };
            seconds += Double.parseDouble(parts.group(1)) * unit;
        }
        return seconds == 0 ? USUAL_WINDOW : Duration.ofMillis((long) (seconds * 1000));
    }

    private static String query(String... pairs) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            parameters.put(pairs[i], pairs[i + 1]);
        }
        return ApiPaths.query(parameters);
    }
}
