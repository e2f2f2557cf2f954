package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import java.util.ArrayList;
import java.util.List;

/** One container of a pod's specification. */
record PodContainer(JsonNode json, Role role) {
    /** When it runs. */
    enum Role {
        /** Before the others, to its end. */
        INIT,
        /** An init container that goes on beside the others ({@code restartPolicy: Always}). */
        SIDECAR,
        MAIN,
        EPHEMERAL
    }

    String name() {
        return json.path("name").asText();
    }

    String image() {
        return json.path("image").asText();
    }

    boolean initial() {
        return role == Role.INIT || role == Role.SIDECAR;
    }

    /** The field of the pod that has it, for Events. */
    String fieldPath() {
        String list = switch (role) {
            case INIT, SIDECAR -> "initContainers";
            case MAIN -> "containers";
            case EPHEMERAL -> "ephemeralContainers";
        };
        return "spec." + list + "{" + name() + "}";
    }

    /** Init containers and sidecars, in their order. */
    static List<PodContainer> initial(KubeObject pod) {
        List<PodContainer> containers = new ArrayList<>();
        for (JsonNode json : pod.at("spec", "initContainers")) {
            boolean sidecar = json.path("restartPolicy").asText().equals("Always");
            containers.add(new PodContainer(json, sidecar ? Role.SIDECAR : Role.INIT));
        }
        return containers;
    }

    static List<PodContainer> main(KubeObject pod) {
        List<PodContainer> containers = new ArrayList<>();
        pod.at("spec", "containers").forEach(json -> containers.add(new PodContainer(json, Role.MAIN)));
        return containers;
    }

    static List<PodContainer> ephemeral(KubeObject pod) {
        List<PodContainer> containers = new ArrayList<>();
        pod.at("spec", "ephemeralContainers").forEach(json -> containers.add(new PodContainer(json, Role.EPHEMERAL)));
        return containers;
    }

    static List<PodContainer> all(KubeObject pod) {
        List<PodContainer> containers = new ArrayList<>(initial(pod));
        containers.addAll(main(pod));
        containers.addAll(ephemeral(pod));
        return containers;
    }

    boolean hasProbe(ProbeKind kind) {
        return json.has(kind.field());
    }
}
