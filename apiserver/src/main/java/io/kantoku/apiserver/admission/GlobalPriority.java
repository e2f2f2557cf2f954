package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apiserver.registry.ObjectReader;

/** One PriorityClass at most is for pods that name none (upstream's Priority, for the classes themselves). */
public final class GlobalPriority implements AdmissionPlugin {
    private final ObjectReader objects;

    public GlobalPriority(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object == null
                || !request.type().name().equals(PodDefaults.PRIORITY_CLASSES)
                || !object.path("globalDefault").asBoolean()) {
            return;
        }
        String name = object.path("metadata").path("name").asText();
        objects.list(request.cluster(), PodDefaults.PRIORITY_CLASSES, "").stream()
                .filter(other ->
                        other.at("globalDefault").asBoolean() && !other.name().equals(name))
                .findFirst()
                .ifPresent(other -> {
                    throw ApiException.forbidden(
                            PodDefaults.PRIORITY_CLASSES,
                            request.shownName(),
                            "PriorityClass " + other.name()
                                    + " is already marked as default. Only one default can exist");
                });
    }
}
