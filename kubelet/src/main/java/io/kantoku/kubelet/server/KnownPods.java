package io.kantoku.kubelet.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.server.PodStreams.ContainerName;
import java.util.List;

/** Whether this node has a pod, and the pod a container. Pure. */
final class KnownPods {
    private static final List<String> FIELDS = List.of("containers", "initContainers", "ephemeralContainers");

    private KnownPods() {}

    /** @throws StreamRefusal 404 when there is no such pod */
    static KubeObject requirePod(List<KubeObject> pods, String namespace, String name) {
        return pods.stream()
                .filter(pod -> pod.namespace().equals(namespace) && pod.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new StreamRefusal(404, "pod \"" + name + "\" not found"));
    }

    /** @throws StreamRefusal 404 when there is no such container */
    static void requireContainer(List<KubeObject> pods, ContainerName name) {
        KubeObject pod = requirePod(pods, name.namespace(), name.pod());
        for (String field : FIELDS) {
            for (JsonNode container : pod.at("spec", field)) {
                if (container.path("name").asText().equals(name.container())) {
                    return;
                }
            }
        }
        throw new StreamRefusal(404, "container \"" + name.container() + "\" not found in pod \"" + name.pod() + "\"");
    }
}
