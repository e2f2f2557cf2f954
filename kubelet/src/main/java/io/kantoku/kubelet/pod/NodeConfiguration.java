package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;

/** What holds for the kubelet of a node, in upstream's {@code KubeletConfiguration}: only fields that mean something here. Pure. */
final class NodeConfiguration {
    private NodeConfiguration() {}

    static ObjectNode of(PodHost host) {
        ObjectNode configuration = Json.object();
        configuration.put("port", 10250).put("address", host.hostIp());
        ObjectNode authentication = configuration.putObject("authentication");
        authentication.putObject("webhook").put("enabled", true).put("cacheTTL", "2m0s");
        authentication.putObject("anonymous").put("enabled", false);
        configuration
                .putObject("authorization")
                .put("mode", "Webhook")
                .putObject("webhook")
                .put("cacheAuthorizedTTL", "5m0s")
                .put("cacheUnauthorizedTTL", "30s");
        configuration.put("clusterDomain", host.clusterDomain());
        ArrayNode servers = configuration.putArray("clusterDNS");
        host.clusterDns().apply("default").servers().forEach(servers::add);
        configuration
                .put("nodeStatusReportFrequency", "5m0s")
                .put("nodeLeaseDurationSeconds", 40)
                .put("cgroupDriver", "cgroupfs")
                .put("cgroupRoot", host.layout().controlGroup())
                .put("maxPods", host.accounts().allocatable().get("pods"))
                .put("containerLogMaxSize", "10Mi")
                .put("containerLogMaxFiles", 5)
                .put("failSwapOn", true)
                .put("enableDebuggingHandlers", true)
                .put("seccompDefault", true);
        configuration.putObject("evictionHard").put("memory.available", "100Mi").put("nodefs.available", "10%");
        configuration.putArray("enforceNodeAllocatable").add("pods");
        return configuration;
    }
}
