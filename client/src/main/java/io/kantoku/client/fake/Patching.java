package io.kantoku.client.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Patch;

/** Applies the forms of patch that controllers send. */
final class Patching {
    private Patching() {}

    static KubeObject apply(KubeObject current, Patch patch) {
        KubeObject next = current.copy();
        switch (patch) {
            case Patch.MergePatch(var body) -> merge(next.json(), body);
            case Patch.StrategicMergePatch _, Patch.JsonPatch _, Patch.Apply _ ->
                throw new UnsupportedOperationException("the fake API applies merge patches only: " + patch);
        }
        return next;
    }

    private static void merge(ObjectNode target, JsonNode patch) {
        for (var member : patch.properties()) {
            JsonNode value = member.getValue();
            if (value.isNull()) {
                target.remove(member.getKey());
            } else if (value.isObject()) {
                merge(target.withObjectProperty(member.getKey()), value);
            } else {
                target.set(member.getKey(), value.deepCopy());
            }
        }
    }
}
