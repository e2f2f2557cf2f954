package io.kantoku.supervisor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Patch;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes objects be as they are wanted, leaving alone whatever else they hold. */
public final class ObjectInstaller {
    private final KubeClient client;

    public ObjectInstaller(KubeClient client) {
        this.client = client;
    }

    /** As {@link #install}, for each in its order. */
    public void installAll(List<KubeObject> wanted) {
        wanted.forEach(this::install);
    }

    /** Creates the object, or adds to the present one what is missing or different. */
    public void install(KubeObject wanted) {
        GroupVersionResource resource = wanted.groupVersionKind().conventionalResource();
        Optional<KubeObject> present = client.find(resource, wanted.namespacedName());
        if (present.isEmpty()) {
            try {
                client.create(resource, wanted);
                return;
            } catch (ApiException e) {
                if (!e.isAlreadyExists()) {
                    throw e;
                }
                present = client.find(resource, wanted.namespacedName());
            }
        }
        if (present.isEmpty() || !contains(present.get().json(), wanted.json())) {
            client.patch(resource, wanted.namespacedName(), Patch.merge(wanted.json()), "");
        }
    }

    /**
     * Creates the object, or makes the present one the same but for its metadata and status. A binding to another role is made
     * anew, for a binding's role cannot change.
     */
    public void replace(KubeObject wanted) {
        GroupVersionResource resource = wanted.groupVersionKind().conventionalResource();
        Optional<KubeObject> present = client.find(resource, wanted.namespacedName());
        if (present.isPresent() && !present.get().at("roleRef").equals(wanted.at("roleRef"))) {
            client.delete(resource, wanted.namespacedName(), DeleteOptions.background());
            present = Optional.empty();
        }
        if (present.isEmpty()) {
            install(wanted);
            return;
        }
        KubeObject next = present.get().copy();
        wanted.json().properties().forEach(member -> {
            if (!member.getKey().equals("metadata")) {
                next.json().set(member.getKey(), member.getValue().deepCopy());
            }
        });
        wanted.labels().forEach(next::label);
        if (!next.equals(present.get())) {
            client.update(resource, next);
        }
    }

    /** Whether every member of {@code wanted} is in {@code present} with the same value; lists must be equal. */
    static boolean contains(JsonNode present, JsonNode wanted) {
        if (!(wanted instanceof ObjectNode object)) {
            return present.equals(wanted);
        }
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            JsonNode value = present.path(member.getKey());
            if (value.isMissingNode() || !contains(value, member.getValue())) {
                return false;
            }
        }
        return true;
    }
}
