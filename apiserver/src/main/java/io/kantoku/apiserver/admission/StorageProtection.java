package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupResource;
import java.util.Map;

/**
 * New claims and volumes carry the finalizer that keeps them while something uses them (upstream's StorageObjectInUseProtection); controllers
 * take it off.
 */
public final class StorageProtection implements AdmissionPlugin {
    private static final Map<GroupResource, String> FINALIZERS = Map.of(
            new GroupResource("", "persistentvolumeclaims"), "kubernetes.io/pvc-protection",
            new GroupResource("", "persistentvolumes"), "kubernetes.io/pv-protection");

    @Override
    public String name() {
        return "StorageObjectInUseProtection";
    }

    @Override
    public void mutate(AdmissionRequest request) {
        ObjectNode object = request.object();
        String finalizer = FINALIZERS.get(request.type().name());
        if (object == null || finalizer == null || !request.creates()) {
            return;
        }
        ArrayNode finalizers = object.withObjectProperty("metadata").withArrayProperty("finalizers");
        for (JsonNode present : finalizers) {
            if (present.asText().equals(finalizer)) {
                return;
            }
        }
        finalizers.add(finalizer);
    }
}
