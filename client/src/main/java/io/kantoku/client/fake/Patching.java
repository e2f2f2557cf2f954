package io.kantoku.client.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.patch.JsonPatch;
import io.kantoku.apimachinery.patch.MergePatch;
import io.kantoku.client.Patch;

/** Applies patches. A strategic merge patch is applied as a plain one: the fake API has no schemas to tell lists apart. */
final class Patching {
    private Patching() {}

    static KubeObject apply(KubeObject current, Patch patch) {
        JsonNode next = switch (patch) {
            case Patch.MergePatch(var body) -> MergePatch.apply(current.json().deepCopy(), body);
            case Patch.StrategicMergePatch(var body) ->
                MergePatch.apply(current.json().deepCopy(), body);
            case Patch.JsonPatch(var body) -> JsonPatch.apply(current.json().deepCopy(), body);
            case Patch.Apply(var body, var _, var _) ->
                MergePatch.apply(current.json().deepCopy(), body);
        };
        if (next instanceof ObjectNode object) {
            return KubeObject.of(object);
        }
        throw ApiException.badRequest("the patch leaves no object");
    }
}
