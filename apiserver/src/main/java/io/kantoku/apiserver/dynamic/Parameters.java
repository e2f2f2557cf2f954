package io.kantoku.apiserver.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.cel.CelValues;
import io.kantoku.apiserver.registry.Conversions;
import io.kantoku.apiserver.registry.ObjectReader;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ResourceTypes;
import java.util.List;

/** Finds the objects that a binding gives its policy as parameters. */
final class Parameters {
    private final ObjectReader objects;
    private final ResourceTypes types;

    Parameters(ObjectReader objects, ResourceTypes types) {
        this.objects = objects;
        this.types = types;
    }

    /** A binding that cannot be used, or whose parameters are missing though they must not be. */
    static final class Misconfigured extends Exception {
        private static final long serialVersionUID = 1L;

        Misconfigured(String message) {
            super("failed to configure binding: " + message);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /**
     * The values of {@code params}, one for each evaluation; a single {@code null} for policies without parameters, none when they may be
     * missing and are.
     */
    List<Object> of(Policy policy, Policy.Binding binding, AdmissionRequest request) throws Misconfigured {
        Object none = CelValues.of(com.fasterxml.jackson.databind.node.NullNode.getInstance());
        if (policy.parameterKind().isEmpty()) {
            return List.of(none);
        }
        JsonNode reference = binding.parameters();
        if (!reference.isObject()) {
            return List.of(none);
        }
        List<Object> found = find(policy, reference, request);
        if (found.isEmpty()
                && !reference.path("parameterNotFoundAction").asText().equals("Allow")) {
            throw new Misconfigured("no params found for policy binding with `Deny` parameterNotFoundAction");
        }
        return found;
    }

    private List<Object> find(Policy policy, JsonNode reference, AdmissionRequest request) throws Misconfigured {
        GroupKind kind = policy.parameterKind().orElseThrow();
        ResourceType type = types.of(request.cluster())
                .find(kind)
                .filter(known -> known.versions().contains(policy.parameterVersion()))
                .orElseThrow(() -> new Misconfigured("paramKind kind `" + kind.group() + "/" + policy.parameterVersion()
                        + ", Kind=" + kind.kind() + "` not known"));
        String namespace = reference.path("namespace").asText();
        if (!type.namespaced() && !namespace.isEmpty()) {
            throw new Misconfigured("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
        }
        if (type.namespaced() && namespace.isEmpty()) {
            namespace = request.namespace();
            if (namespace.isEmpty()) {
                throw new Misconfigured(
                        "cannot use namespaced paramRef in policy binding that matches cluster-scoped" + " resources");
            }
        }
        String name = reference.path("name").asText();
        if (!name.isEmpty()) {
            return objects.find(request.cluster(), type.name(), new NamespacedName(namespace, name)).stream()
                    .map(object -> value(type, object, policy))
                    .toList();
        }
        LabelSelector selector = LabelSelector.fromJson(reference.path("selector"));
        return objects.list(request.cluster(), type.name(), namespace).stream()
                .filter(object -> selector.matches(object.labels()))
                .map(object -> value(type, object, policy))
                .toList();
    }

    private static Object value(ResourceType type, KubeObject object, Policy policy) {
        return CelValues.of(Conversions.toServed(type, object.json(), policy.parameterVersion()));
    }
}
