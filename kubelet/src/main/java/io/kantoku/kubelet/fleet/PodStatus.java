package io.kantoku.kubelet.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Timestamps;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/** Writes the status of a pod whose containers are said to run, or to have ended well. Pure. */
final class PodStatus {
    private PodStatus() {}

    static void running(KubeObject pod, String hostIp, String podIp, Instant now) {
        ObjectNode status = begin(pod, hostIp, podIp, now);
        status.put("phase", "Running");
        containers(pod, "initContainers", "initContainerStatuses", true, now);
        containers(pod, "containers", "containerStatuses", false, now);
        for (String type : new String[] {"Initialized", "Ready", "ContainersReady"}) {
            Conditions.set(pod, Condition.isTrue(type, "", ""), now);
        }
    }

    static void succeeded(KubeObject pod, String hostIp, String podIp, Instant now) {
        ObjectNode status = begin(pod, hostIp, podIp, now);
        status.put("phase", "Succeeded");
        containers(pod, "initContainers", "initContainerStatuses", true, now);
        containers(pod, "containers", "containerStatuses", true, now);
        Conditions.set(pod, Condition.isTrue("Initialized", "PodCompleted", ""), now);
        Conditions.set(pod, Condition.isFalse("Ready", "PodCompleted", ""), now);
        Conditions.set(pod, Condition.isFalse("ContainersReady", "PodCompleted", ""), now);
    }

    private static ObjectNode begin(KubeObject pod, String hostIp, String podIp, Instant now) {
        ObjectNode status = pod.status();
        status.put("hostIP", hostIp);
        status.putArray("hostIPs").addObject().put("ip", hostIp);
        status.put("podIP", podIp);
        status.putArray("podIPs").addObject().put("ip", podIp);
        if (!status.has("startTime")) {
            status.put("startTime", Timestamps.seconds(now));
        }
        return status;
    }

    private static void containers(KubeObject pod, String from, String to, boolean ended, Instant now) {
        JsonNode containers = pod.at("spec", from);
        if (containers.isEmpty()) {
            return;
        }
        ArrayNode statuses = pod.status().putArray(to);
        for (JsonNode container : containers) {
            String name = container.path("name").asText();
            String image = container.path("image").asText();
            ObjectNode entry = statuses.addObject();
            entry.put("name", name)
                    .put("image", image)
                    .put("imageID", "simulated://" + image)
                    .put("containerID", "simulated://" + id(pod.uid() + "/" + name))
                    .put("ready", !ended || to.startsWith("init"))
                    .put("restartCount", 0)
                    .put("started", !ended);
            entry.putObject("lastState");
            ObjectNode state = entry.putObject("state");
            if (ended) {
                state.putObject("terminated")
                        .put("exitCode", 0)
                        .put("reason", "Completed")
                        .put("startedAt", Timestamps.seconds(now))
                        .put("finishedAt", Timestamps.seconds(now));
            } else {
                state.putObject("running").put("startedAt", Timestamps.seconds(now));
            }
        }
    }

    private static String id(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
