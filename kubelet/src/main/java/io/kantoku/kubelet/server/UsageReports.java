package io.kantoku.kubelet.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.kubelet.server.NodeUsage.ContainerUsage;
import io.kantoku.kubelet.server.NodeUsage.PodUsage;
import io.kantoku.kubelet.server.NodeUsage.Usage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A node's usage as {@code /stats/summary} (stats.k8s.io/v1alpha1) and as Prometheus text ({@code /metrics/resource}). Pure. */
final class UsageReports {
    private static final double NANOS = 1e9;

    private UsageReports() {}

    static ObjectNode summary(NodeUsage usage) {
        ObjectNode summary = Json.object();
        ObjectNode node = summary.putObject("node");
        node.put("nodeName", usage.node());
        put(node, usage.usage());
        ArrayNode pods = summary.putArray("pods");
        for (PodUsage pod : usage.pods()) {
            ObjectNode item = pods.addObject();
            item.putObject("podRef")
                    .put("name", pod.name())
                    .put("namespace", pod.namespace())
                    .put("uid", pod.uid());
            put(item, pod.usage());
            ArrayNode containers = item.putArray("containers");
            for (ContainerUsage container : pod.containers()) {
                ObjectNode entry = containers.addObject().put("name", container.name());
                put(entry, container.usage());
            }
        }
        return summary;
    }

    private static void put(ObjectNode object, Usage usage) {
        String time = text(usage.time());
        object.put("startTime", text(usage.started()));
        object.putObject("cpu").put("time", time).put("usageCoreNanoSeconds", usage.cpuNanos());
        object.putObject("memory").put("time", time).put("workingSetBytes", usage.memoryBytes());
    }

    private static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String resourceMetrics(NodeUsage usage) {
        StringBuilder text = new StringBuilder();
        family(text, "node_cpu_usage_seconds_total", "counter");
        sample(text, "node_cpu_usage_seconds_total", "", usage.usage().cpuNanos() / NANOS, usage.usage());
        family(text, "node_memory_working_set_bytes", "gauge");
        sample(text, "node_memory_working_set_bytes", "", (double) usage.usage().memoryBytes(), usage.usage());
        containers(text, usage, "container_cpu_usage_seconds_total", "counter", used -> used.cpuNanos() / NANOS);
        containers(text, usage, "container_memory_working_set_bytes", "gauge", used -> (double) used.memoryBytes());
        containers(
                text,
                usage,
                "container_start_time_seconds",
                "gauge",
                used -> used.started().toEpochMilli() / 1000.0);
        pods(text, usage, "pod_cpu_usage_seconds_total", "counter", used -> used.cpuNanos() / NANOS);
        pods(text, usage, "pod_memory_working_set_bytes", "gauge", used -> (double) used.memoryBytes());
        family(text, "scrape_error", "gauge");
        text.append("scrape_error 0\n");
        return text.toString();
    }

    private static void containers(
            StringBuilder text, NodeUsage usage, String name, String type, ToDoubleFunction<Usage> value) {
        family(text, name, type);
        for (PodUsage pod : usage.pods()) {
            for (ContainerUsage container : pod.containers()) {
                String labels = "{container=\"" + container.name() + "\"," + labels(pod) + "}";
                sample(text, name, labels, value.applyAsDouble(container.usage()), container.usage());
            }
        }
    }

    private static void pods(
            StringBuilder text, NodeUsage usage, String name, String type, ToDoubleFunction<Usage> value) {
        family(text, name, type);
        for (PodUsage pod : usage.pods()) {
            sample(text, name, "{" + labels(pod) + "}", value.applyAsDouble(pod.usage()), pod.usage());
        }
    }

    /**
     * What cAdvisor's series say of processor and memory ({@code /metrics/cadvisor}), of containers, pods and the node, under the labels
     * that dashboards join by.
     */
    static String cadvisor(NodeUsage usage) {
        StringBuilder text = new StringBuilder();
        cadvisor(text, usage, "container_cpu_usage_seconds_total", "counter", used -> used.cpuNanos() / NANOS);
        cadvisor(text, usage, "container_memory_working_set_bytes", "gauge", used -> (double) used.memoryBytes());
        cadvisor(
                text,
                usage,
                "container_start_time_seconds",
                "gauge",
                used -> used.started().toEpochMilli() / 1000.0);
        return text.toString();
    }

    private static void cadvisor(
            StringBuilder text, NodeUsage usage, String name, String type, ToDoubleFunction<Usage> value) {
        family(text, name, type);
        sample(text, name, series("", "/", "", ""), value.applyAsDouble(usage.usage()), usage.usage());
        for (PodUsage pod : usage.pods()) {
            String group = "/kubepods/pod" + pod.uid();
            sample(
                    text,
                    name,
                    series("", group, pod.namespace(), pod.name()),
                    value.applyAsDouble(pod.usage()),
                    pod.usage());
            for (ContainerUsage container : pod.containers()) {
                String labels = series(container.name(), group + "/" + container.name(), pod.namespace(), pod.name());
                sample(text, name, labels, value.applyAsDouble(container.usage()), container.usage());
            }
        }
    }

    private static String series(String container, String id, String namespace, String pod) {
        return "{container=\"" + container + "\",id=\"" + id + "\",image=\"\",name=\"\",namespace=\"" + namespace
                + "\",pod=\"" + pod + "\"}";
    }

    /** The few of the kubelet's own figures that dashboards begin with. */
    static String metrics(NodeUsage usage) {
        StringBuilder text = new StringBuilder();
        family(text, "kubelet_running_pods", "gauge");
        text.append("kubelet_running_pods ").append(usage.pods().size()).append('\n');
        family(text, "kubelet_running_containers", "gauge");
        int containers =
                usage.pods().stream().mapToInt(pod -> pod.containers().size()).sum();
        text.append("kubelet_running_containers{container_state=\"running\"} ")
                .append(containers)
                .append('\n');
        return text.toString();
    }

    private static void family(StringBuilder text, String name, String type) {
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    /** Names of the API need no escaping. */
    private static String labels(PodUsage pod) {
        return "namespace=\"" + pod.namespace() + "\",pod=\"" + pod.name() + "\"";
    }

    private static void sample(StringBuilder text, String name, String labels, double value, Usage at) {
        text.append(name)
                .append(labels)
                .append(' ')
                .append(String.format(Locale.ROOT, "%.9g", value))
                .append(' ')
                .append(at.time().toEpochMilli())
                .append('\n');
    }
}
