package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.admission.AdmissionPlugin;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.registry.ResourceTypes;
import java.time.InstantSource;
import java.util.List;

/** Accepts the names of definitions or says why not, and refuses new objects of definitions that are being deleted. */
public final class DefinitionAdmission implements AdmissionPlugin {
    private final ResourceTypes types;
    private final CustomTypes custom;
    private final InstantSource clock;

    public DefinitionAdmission(ResourceTypes types, CustomTypes custom, InstantSource clock) {
        this.types = types;
        this.custom = custom;
        this.clock = clock;
    }

    @Override
    public void complete(AdmissionRequest request) {
        ObjectNode definition = request.object();
        if (definition == null
                || !request.subresource().isEmpty()
                || !request.type().name().equals(Definition.RESOURCE)) {
            return;
        }
        ObjectNode status = definition.withObjectProperty("status");
        NameAcceptance.Verdict verdict = NameAcceptance.judge(definition, types.of(request.cluster()));
        status.set("acceptedNames", verdict.accepted());
        DefinitionConditions conditions = new DefinitionConditions(definition, clock.instant());
        conditions.names(verdict);
        conditions.structure();
        conditions.approval();
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object == null || !request.subresource().isEmpty()) {
            return;
        }
        boolean creates = request.operation() == AdmissionRequest.Operation.CREATE;
        if (request.type().name().equals(Definition.RESOURCE)) {
            checkDefinition(request, object, creates);
        } else if (creates
                && custom.terminating(request.cluster(), request.type().name())) {
            throw new ApiException(Status.failure(
                    405, "MethodNotAllowed", "create not allowed while custom resource definition is terminating"));
        }
    }

    private void checkDefinition(AdmissionRequest request, ObjectNode definition, boolean creates) {
        GroupResource own = new Definition(definition).defines();
        boolean builtIn = types.find(request.cluster(), own).isPresent() && !custom.isCustom(request.cluster(), own);
        if (builtIn) {
            throw new ApiException(Status.failure(
                    409,
                    "Conflict",
                    "customresourcedefinitions.apiextensions.k8s.io \"" + request.name() + "\" cannot be accepted: "
                            + own + " is a built-in resource"));
        }
        JsonNode preserve = definition.path("spec").path("preserveUnknownFields");
        if (creates && request.version().equals("v1") && preserve.asBoolean()) {
            throw ApiException.invalid(
                    new GroupKind(
                            own.group().isEmpty() ? "" : Definition.RESOURCE.group(),
                            request.type().kind()),
                    request.name(),
                    List.of(FieldError.invalid(
                            FieldPath.of("spec", "preserveUnknownFields"),
                            preserve,
                            "must be false in order to use apiextensions.k8s.io/v1: set"
                                    + " x-kubernetes-preserve-unknown-fields in the schema instead")));
        }
    }
}
