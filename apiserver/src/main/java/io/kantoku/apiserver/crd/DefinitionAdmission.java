package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.admission.AdmissionPlugin;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ResourceTypes;
import java.util.Set;

/** Refuses definitions whose names are taken, and new objects of definitions that are being deleted. */
public final class DefinitionAdmission implements AdmissionPlugin {
    private final ResourceTypes types;
    private final CustomTypes custom;

    public DefinitionAdmission(ResourceTypes types, CustomTypes custom) {
        this.types = types;
        this.custom = custom;
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object == null || !request.subresource().isEmpty()) {
            return;
        }
        if (request.type().name().equals(Definition.RESOURCE)) {
            checkNames(request, object);
        } else if (request.operation() == AdmissionRequest.Operation.CREATE
                && custom.terminating(request.cluster(), request.type().name())) {
            throw new ApiException(Status.failure(
                    405, "MethodNotAllowed", "create not allowed while custom resource definition is terminating"));
        }
    }

    private void checkNames(AdmissionRequest request, ObjectNode definition) {
        GroupResource own = new Definition(definition).defines();
        Set<String> names = Definition.resourceNames(definition);
        String kind = definition.path("spec").path("names").path("kind").asText();
        String listKind = definition.path("spec").path("names").path("listKind").asText();
        for (ResourceType other : types.of(request.cluster()).all()) {
            if (!other.name().group().equals(own.group())) {
                continue;
            }
            boolean same = other.name().equals(own);
            if (same && !custom.isCustom(request.cluster(), own)) {
                throw taken(request, own.resource(), "a built-in resource");
            }
            if (same) {
                continue;
            }
            if (other.kind().equals(kind) || other.listKind().equals(listKind)) {
                throw taken(request, kind, other.name().toString());
            }
            for (String name : names) {
                if (name.equals(other.name().resource())
                        || name.equals(other.singular())
                        || other.shortNames().contains(name)) {
                    throw taken(request, name, other.name().toString());
                }
            }
        }
    }

    private static ApiException taken(AdmissionRequest request, String name, String by) {
        GroupKind kind =
                new GroupKind(Definition.RESOURCE.group(), request.type().kind());
        return new ApiException(Status.failure(
                409,
                "Conflict",
                kind + " \"" + request.name() + "\" cannot be accepted: the name \"" + name + "\" is already in use by "
                        + by + " of the same API group; choose another or delete that one first"));
    }
}
