package io.kantoku.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a logical cluster is; kept in the store with it.
 *
 * @param serviceCidr addresses of Services, for example {@code 10.96.0.0/12}
 * @param podCidr addresses of pods, {@code ""} when the cluster has none
 * @param kubernetesVersion the {@code gitVersion} that it announces, for example {@code v1.18.2+kantoku.1}
 * @param workloadsAllowed whether anybody may create pods; not on a Supervisor
 * @param labels further facts for the parts that run on the cluster, for example its issuer
 */
public record ClusterOptions(
        String serviceCidr,
        String podCidr,
        String kubernetesVersion,
        boolean workloadsAllowed,
        Map<String, String> labels) {
    public ClusterOptions {
        labels = Map.copyOf(labels);
    }

    /** A cluster with pods and no further facts. */
    public static ClusterOptions of(String serviceCidr, String podCidr, String kubernetesVersion) {
        return new ClusterOptions(serviceCidr, podCidr, kubernetesVersion, true, Map.of());
    }

    /** The same cluster in another release. */
    public ClusterOptions withKubernetesVersion(String version) {
        return new ClusterOptions(serviceCidr, podCidr, version, workloadsAllowed, labels);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("serviceCidr", serviceCidr)
                .put("podCidr", podCidr)
                .put("kubernetesVersion", kubernetesVersion)
                .put("workloadsAllowed", workloadsAllowed);
        labels.forEach(json.putObject("labels")::put);
        return json;
    }

    static ClusterOptions fromJson(JsonNode json) {
        Map<String, String> labels = new LinkedHashMap<>();
        json.path("labels")
                .properties()
                .forEach(entry -> labels.put(entry.getKey(), entry.getValue().asText()));
        return new ClusterOptions(
                json.path("serviceCidr").asText(),
                json.path("podCidr").asText(),
                json.path("kubernetesVersion").asText(),
                json.path("workloadsAllowed").asBoolean(),
                labels);
    }
}
