package io.kantoku.apiserver.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.registry.Conversions;
import io.kantoku.apiserver.registry.Scales;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request as webhooks and policies see it: in the version that they ask for. */
record ShownRequest(AdmissionRequest request, String version) {
    private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");

    /** The new object, null when there is none. */
    JsonNode object() {
        return shown(request.object());
    }

    /** The present object, null when there is none. */
    JsonNode oldObject() {
        return shown(request.old());
    }

    private JsonNode shown(@Nullable ObjectNode object) {
        if (object == null) {
            return NullNode.getInstance();
        }
        if (isScale()) {
            return Scales.view(request.type(), object);
        }
        return ofType(object) ? Conversions.toServed(request.type(), object.deepCopy(), version) : object.deepCopy();
    }

    boolean isScale() {
        return request.subresource().equals("scale");
    }

    /** What is posted to a subresource is an object of another kind. */
    private boolean ofType(ObjectNode object) {
        return request.subresource().isEmpty()
                || object.path("kind").asText().equals(request.type().kind());
    }

    private GroupVersionKind kind(String inVersion) {
        ObjectNode object = request.object() == null ? request.old() : request.object();
        if (isScale()) {
            return SCALE;
        }
        if (object != null && !ofType(object)) {
            String apiVersion = object.path("apiVersion").asText();
            int slash = apiVersion.indexOf('/');
            return new GroupVersionKind(
                    slash < 0 ? "" : apiVersion.substring(0, slash),
                    apiVersion.substring(slash + 1),
                    object.path("kind").asText());
        }
        return request.type().kindIn(inVersion);
    }

    /** An {@code AdmissionRequest} of {@code admission.k8s.io} without its uid. */
    ObjectNode json(boolean withObjects) {
        ObjectNode json = Json.object();
        kind(json.putObject("kind"), kind(version));
        resource(json.putObject("resource"), version);
        if (!request.subresource().isEmpty()) {
            json.put("subResource", request.subresource());
        }
        kind(json.putObject("requestKind"), kind(request.version()));
        resource(json.putObject("requestResource"), request.version());
        if (!request.subresource().isEmpty()) {
            json.put("requestSubResource", request.subresource());
        }
        if (!request.name().isEmpty()) {
            json.put("name", request.name());
        }
        String namespace = request.type().name().toString().equals("namespaces") ? request.name() : request.namespace();
        if (!namespace.isEmpty()) {
            json.put("namespace", namespace);
        }
        json.put("operation", request.operation().name());
        user(json.putObject("userInfo"), request.user());
        if (withObjects) {
            json.set("object", object());
            json.set("oldObject", oldObject());
        }
        json.put("dryRun", request.dryRun());
        options(json);
        return json;
    }

    private void options(ObjectNode json) {
        String kind = switch (request.operation()) {
            case CREATE -> "CreateOptions";
            case UPDATE -> "UpdateOptions";
            case DELETE -> "DeleteOptions";
            case CONNECT -> "";
        };
        if (kind.isEmpty()) {
            json.putNull("options");
            return;
        }
        ObjectNode options = json.putObject("options");
        options.put("kind", kind).put("apiVersion", "meta.k8s.io/v1");
        if (request.dryRun()) {
            options.putArray("dryRun").add("All");
        }
    }

    private static void kind(ObjectNode json, GroupVersionKind kind) {
        json.put("group", kind.group()).put("version", kind.version()).put("kind", kind.kind());
    }

    private void resource(ObjectNode json, String inVersion) {
        json.put("group", request.type().name().group())
                .put("version", inVersion)
                .put("resource", request.type().name().resource());
    }

    private static void user(ObjectNode json, UserInfo user) {
        json.put("username", user.name());
        if (!user.uid().isEmpty()) {
            json.put("uid", user.uid());
        }
        texts(json.putArray("groups"), user.groups());
        if (!user.extra().isEmpty()) {
            ObjectNode extra = json.putObject("extra");
            user.extra().forEach((key, values) -> texts(extra.putArray(key), values));
        }
    }

    private static void texts(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }

    /**
     * Replaces the request's object by a changed one in the version that was shown.
     *
     * @return whether it differs
     */
    boolean take(ObjectNode changed) {
        ObjectNode object = request.object();
        if (object == null || Json.equal(object(), changed)) {
            return false;
        }
        if (isScale()) {
            Scales.put(request.type(), changed, object);
            return true;
        }
        ObjectNode stored = changed;
        if (ofType(object)) {
            stored = Conversions.toStored(request.type(), changed, version);
            request.type().strategy().prune(stored);
            request.type().strategy().applyDefaults(stored);
        }
        object.removeAll();
        object.setAll(stored);
        return true;
    }
}
