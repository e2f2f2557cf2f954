package io.kantoku.apiserver.streams;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import java.util.ArrayList;
import java.util.List;

/** Finds the container that a request means, with upstream's words where it means none. Pure. */
final class PodContainers {
    private static final List<String> FIELDS = List.of("containers", "initContainers", "ephemeralContainers");

    private PodContainers() {}

    /**
     * The name of the container.
     *
     * @param wanted {@code ""} for the only one
     * @throws ApiException 400 when there is no such container, or more than one to choose from
     */
    static String choose(KubeObject pod, String wanted) {
        if (!wanted.isEmpty()) {
            if (FIELDS.stream().noneMatch(field -> names(pod, field).contains(wanted))) {
                throw ApiException.badRequest("container " + wanted + " is not valid for pod " + pod.name());
            }
            return wanted;
        }
        List<String> names = names(pod, "containers");
        if (names.size() == 1) {
            return names.getFirst();
        }
        String message = "a container name must be specified for pod " + pod.name();
        if (!names.isEmpty()) {
            message += ", choose one of: [" + String.join(" ", names) + "]";
        }
        List<String> first = names(pod, "initContainers");
        if (!names.isEmpty() && !first.isEmpty()) {
            message += " or one of the init containers: [" + String.join(" ", first) + "]";
        }
        throw ApiException.badRequest(message);
    }

    private static List<String> names(KubeObject pod, String field) {
        List<String> names = new ArrayList<>();
        for (JsonNode container : pod.at("spec", field)) {
            names.add(container.path("name").asText());
        }
        return names;
    }
}
