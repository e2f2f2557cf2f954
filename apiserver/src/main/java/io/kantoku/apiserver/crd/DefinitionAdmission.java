package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
        Conditions conditions = new Conditions(status.withArrayProperty("conditions"), clock.instant());
        conditions.set("NamesAccepted", verdict.conflict().isEmpty(), verdict.reason(), verdict.message());
        if (verdict.conflict().isEmpty()) {
            conditions.set("Established", true, "InitialNamesAccepted", "the initial names have been accepted");
        } else if (!new Definition(definition).established()) {
            conditions.set("Established", false, "NotAccepted", "not all names are accepted");
        }
        approval(definition, conditions);
    }

    /** Groups of the community's say whether its reviewers have approved them. */
    private static void approval(ObjectNode definition, Conditions conditions) {
        String given = definition
                .path("metadata")
                .path("annotations")
                .path(DefinitionCheck.APPROVAL)
                .asText();
        if (given.isEmpty()
                || !DefinitionCheck.ofCommunity(
                        definition.path("spec").path("group").asText())) {
            return;
        }
        if (given.startsWith("unapproved")) {
            conditions.set("KubernetesAPIApproved", false, "UnapprovedAnnotation", "not approved: \"" + given + "\"");
        } else {
            conditions.set("KubernetesAPIApproved", true, "ApprovedAnnotation", "approved in " + given);
        }
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

    /** The conditions of a definition. */
    private record Conditions(ArrayNode all, java.time.Instant now) {
        void set(String type, boolean status, String reason, String message) {
            ObjectNode condition = find(type);
            String text = status ? "True" : "False";
            if (!condition.path("status").asText().equals(text)) {
                condition.put("lastTransitionTime", io.kantoku.apiserver.registry.Instants.text(now));
            }
            condition.put("status", text).put("reason", reason).put("message", message);
        }

        private ObjectNode find(String type) {
            for (JsonNode condition : all) {
                if (condition.path("type").asText().equals(type) && condition instanceof ObjectNode found) {
                    return found;
                }
            }
            return all.addObject().put("type", type);
        }
    }
}
