package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.client.Amounts;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The values of {@code fieldRef} and {@code resourceFieldRef} (downward API). Pure.
 *
 * @param podIp {@code ""} while there is none
 * @param allocatable what the node has for pods, for a container without limit
 */
record PodFields(KubeObject pod, String podIp, String hostIp, Amounts allocatable) {

    /** @throws ConfigurationException when there is no such field */
    String field(String path) {
        Optional<String> key = key(path);
        if (key.isPresent()) {
            Map<String, String> map = path.startsWith("metadata.labels") ? pod.labels() : pod.annotations();
            return map.getOrDefault(key.get(), "");
        }
        return switch (path) {
            case "metadata.name" -> pod.name();
            case "metadata.namespace" -> pod.namespace();
            case "metadata.uid" -> pod.uid();
            case "metadata.labels" -> lines(pod.labels());
            case "metadata.annotations" -> lines(pod.annotations());
            case "spec.nodeName" -> pod.text("spec", "nodeName");
            case "spec.serviceAccountName" -> pod.text("spec", "serviceAccountName");
            case "status.hostIP", "status.hostIPs" -> hostIp;
            case "status.podIP", "status.podIPs" -> podIp;
            default -> throw ConfigurationException.config("unsupported fieldPath: " + path);
        };
    }

    private static Optional<String> key(String path) {
        for (String map : new String[] {"metadata.labels", "metadata.annotations"}) {
            if (path.startsWith(map + "['") && path.endsWith("']")) {
                return Optional.of(path.substring(map.length() + 2, path.length() - 2));
            }
        }
        return Optional.empty();
    }

    /** A line per entry, in the order of keys: {@code key="escaped value"}. */
    private static String lines(Map<String, String> map) {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(map)
                .forEach((key, value) -> lines.append(lines.isEmpty() ? "" : "\n")
                        .append(key)
                        .append('=')
                        .append(quoted(value)));
        return lines.toString();
    }

    /** As Go quotes a string. */
    private static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        value.chars().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                default -> quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }

    /**
     * A request or limit, in units of the divisor, rounded up.
     *
     * @param own the container in which the reference stands, for references that name none
     */
    String resource(JsonNode reference, String own) {
        String name = reference.path("containerName").asText(own);
        JsonNode resources = PodContainer.all(pod).stream()
                .filter(container -> container.name().equals(name))
                .findFirst()
                .orElseThrow(() -> ConfigurationException.config("container " + name + " not found"))
                .json()
                .path("resources");
        String wanted = reference.path("resource").asText();
        int dot = wanted.indexOf('.');
        String kind = wanted.substring(0, Math.max(0, dot));
        String resource = wanted.substring(dot + 1);
        JsonNode value = resources.path(kind).path(resource);
        if (value.isMissingNode() && kind.equals("requests")) {
            value = resources.path("limits").path(resource);
        }
        Quantity quantity = value.isMissingNode() ? ofNode(kind, resource) : Quantity.parse(value.asText());
        Quantity divisor = Quantity.parse(reference.path("divisor").asText("1"));
        BigDecimal by = divisor.isZero() ? BigDecimal.ONE : divisor.value();
        return quantity.value().divide(by, 0, RoundingMode.CEILING).toPlainString();
    }

    private Quantity ofNode(String kind, String resource) {
        if (kind.equals("requests")) {
            return Quantity.ZERO;
        }
        long amount = allocatable.get(resource);
        return resource.equals("cpu") ? Quantity.ofMilli(amount) : Quantity.of(amount);
    }
}
