package io.kantoku.controllers.autoscaling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.controllers.Pods;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many replicas a metric asks for: the present number times usage over target, rounded up (Kubernetes documentation,
 * "Horizontal Pod Autoscaling", algorithm details). Pods without metrics are assumed to use all of what they request when that would
 * keep replicas, and nothing when it would add some. All amounts are in thousandths. Pure.
 *
 * @param current the present number
 * @param pods those that the target's selector selects
 */
record ReplicaCalculator(int current, List<KubeObject> pods, Tolerance tolerance, Instant now) {
    /**
     * What comes out.
     *
     * @param utilization usage as a percentage of requests, 0 where there are none
     * @param value the average per pod, or the value of the metric
     */
    record Proposal(int replicas, int utilization, long value) {}

    /** For a target percentage of what the pods request. */
    Proposal utilization(Map<String, PodMetric> metrics, int target, String resource, String container) {
        requirePods();
        PodGroups groups = PodGroups.of(pods, metrics, resource.equals("cpu"), now);
        Map<String, Long> requests = requests(resource, container);
        Map<String, PodMetric> counted = counted(metrics, groups);
        Usage usage = usage(counted, requests, target);
        int replicas = replicas(
                groups,
                counted,
                usage.ratio(),
                pod -> requests.getOrDefault(pod, 0L) * Math.max(100, target) / 100,
                all -> usage(all, requests, target).ratio());
        return new Proposal(replicas, usage.percent(), usage.average());
    }

    /** For a target average per pod. */
    Proposal average(Map<String, PodMetric> metrics, long target, String resource) {
        requirePods();
        PodGroups groups = PodGroups.of(pods, metrics, resource.equals("cpu"), now);
        Map<String, PodMetric> counted = counted(metrics, groups);
        long average = mean(counted);
        int replicas =
                replicas(groups, counted, (double) average / target, _ -> target, all -> (double) mean(all) / target);
        return new Proposal(replicas, 0, average);
    }

    /** For a target value of one metric for all pods. */
    Proposal value(long value, long target) {
        double ratio = (double) value / target;
        if (current == 0) {
            return new Proposal((int) Math.ceil(ratio), 0, value);
        }
        if (tolerance.covers(ratio)) {
            return new Proposal(current, 0, value);
        }
        requirePods();
        long ready = pods.stream()
                .filter(pod -> Pods.phase(pod).equals("Running") && Pods.isReady(pod))
                .count();
        return new Proposal((int) Math.ceil(ratio * ready), 0, value);
    }

    /** For a target share per pod of one metric for all pods; {@code observed} is how many there are. */
    Proposal share(long value, long target, int observed) {
        double ratio = value / ((double) target * observed);
        int replicas = tolerance.covers(ratio) ? observed : (int) Math.ceil((double) value / target);
        return new Proposal(replicas, 0, observed == 0 ? 0 : (value + observed - 1) / observed);
    }

    private interface Assumption {
        long of(String pod);
    }

    private interface Ratio {
        double of(Map<String, PodMetric> metrics);
    }

    private int replicas(
            PodGroups groups, Map<String, PodMetric> metrics, double ratio, Assumption whole, Ratio again) {
        boolean rebalance = !groups.unready().isEmpty() && ratio > 1;
        if (!rebalance && groups.missing().isEmpty()) {
            return tolerance.covers(ratio) ? current : (int) Math.ceil(ratio * groups.ready());
        }
        Map<String, PodMetric> all = new HashMap<>(metrics);
        if (ratio < 1) {
            groups.missing().forEach(pod -> all.put(pod, PodMetric.assumed(whole.of(pod))));
        } else if (ratio > 1) {
            groups.missing().forEach(pod -> all.put(pod, PodMetric.assumed(0)));
        }
        if (rebalance) {
            groups.unready().forEach(pod -> all.put(pod, PodMetric.assumed(0)));
        }
        double next = again.of(all);
        int replicas = (int) Math.ceil(next * all.size());
        boolean turned = (ratio < 1 && next > 1)
                || (ratio > 1 && next < 1)
                || (next < 1 && replicas > current)
                || (next > 1 && replicas < current);
        return tolerance.covers(next) || turned ? current : replicas;
    }

    private void requirePods() {
        if (pods.isEmpty()) {
            throw new MetricException("no pods returned by selector while calculating replica count");
        }
    }

    private static Map<String, PodMetric> counted(Map<String, PodMetric> metrics, PodGroups groups) {
        Map<String, PodMetric> counted = new HashMap<>(metrics);
        counted.keySet().removeAll(groups.ignored());
        counted.keySet().removeAll(groups.unready());
        if (counted.isEmpty()) {
            throw new MetricException("did not receive metrics for targeted pods (pods might be unready)");
        }
        return counted;
    }

    private record Usage(double ratio, int percent, long average) {}

    private static Usage usage(Map<String, PodMetric> metrics, Map<String, Long> requests, int target) {
        long used = 0;
        long requested = 0;
        int entries = 0;
        for (Map.Entry<String, PodMetric> metric : metrics.entrySet()) {
            Long request = requests.get(metric.getKey());
            if (request != null) {
                used += metric.getValue().value();
                requested += request;
                entries++;
            }
        }
        if (requested == 0) {
            throw new MetricException("no metrics returned matched known pods");
        }
        int percent = (int) (used * 100 / requested);
        return new Usage((double) percent / target, percent, used / entries);
    }

    private static long mean(Map<String, PodMetric> metrics) {
        return metrics.values().stream().mapToLong(PodMetric::value).sum() / metrics.size();
    }

    /** What each pod requests; {@code container} is {@code ""} for all of its containers. */
    private Map<String, Long> requests(String resource, String container) {
        Map<String, Long> requests = new HashMap<>();
        for (KubeObject pod : pods) {
            JsonNode whole = pod.at("spec", "resources", "requests").path(resource);
            if (container.isEmpty() && !whole.isMissingNode()) {
                requests.put(pod.name(), Quantity.parse(whole.asText()).toMilli());
                continue;
            }
            long sum = 0;
            for (JsonNode each : pod.at("spec", "containers")) {
                if (container.isEmpty() || each.path("name").asText().equals(container)) {
                    sum += request(pod, each, resource);
                }
            }
            for (JsonNode each : pod.at("spec", "initContainers")) {
                if (each.path("restartPolicy").asText().equals("Always")
                        && (container.isEmpty() || each.path("name").asText().equals(container))) {
                    sum += request(pod, each, resource);
                }
            }
            requests.put(pod.name(), sum);
        }
        return requests;
    }

    private static long request(KubeObject pod, JsonNode container, String resource) {
        JsonNode request = container.path("resources").path("requests").path(resource);
        if (request.isMissingNode()) {
            throw new MetricException("missing request for " + resource + " in container "
                    + container.path("name").asText() + " of Pod " + pod.name());
        }
        return Quantity.parse(request.asText()).toMilli();
    }
}
