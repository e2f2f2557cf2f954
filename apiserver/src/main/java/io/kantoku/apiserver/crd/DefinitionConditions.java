package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apiserver.registry.Instants;
import java.time.Instant;

/** The conditions of a definition, with the types, reasons and texts of apiextensions-apiserver's controllers. */
final class DefinitionConditions {
    private final ObjectNode definition;
    private final Instant now;

    /** @param definition whose status is written */
    DefinitionConditions(ObjectNode definition, Instant now) {
        this.definition = definition;
        this.now = now;
    }

    /** Whether the names may be used. */
    void names(NameAcceptance.Verdict verdict) {
        set("NamesAccepted", verdict.conflict().isEmpty(), verdict.reason(), verdict.message());
        if (verdict.conflict().isEmpty()) {
            set("Established", true, "InitialNamesAccepted", "the initial names have been accepted");
        } else if (!new Definition(definition).established()) {
            set("Established", false, "NotAccepted", "not all names are accepted");
        }
    }

    /** Groups of the community's say whether its reviewers have approved them. */
    void approval() {
        String type = "KubernetesAPIApprovalPolicyConformant";
        String given = definition
                .path("metadata")
                .path("annotations")
                .path(DefinitionCheck.APPROVAL)
                .asText();
        if (!DefinitionCheck.ofCommunity(definition.path("spec").path("group").asText())) {
            remove(type);
        } else if (given.isEmpty()) {
            set(type, false, "MissingAnnotation", DefinitionCheck.MISSING_APPROVAL);
        } else if (given.startsWith("unapproved")) {
            set(type, false, "UnapprovedAnnotation", "not approved: \"" + given + "\"");
        } else {
            set(type, true, "ApprovedAnnotation", "approved in " + given);
        }
    }

    /** Definitions of the time before structural schemas do not prune. */
    void structure() {
        String type = "NonStructuralSchema";
        if (definition.path("spec").path("preserveUnknownFields").asBoolean()) {
            set(type, true, "Violations", "spec.preserveUnknownFields: Invalid value: true: must be false");
        } else {
            remove(type);
        }
    }

    /** The objects are being deleted before the definition goes. */
    void terminating() {
        set("Terminating", true, "InstanceDeletionInProgress", "CustomResource deletion is in progress");
    }

    /** All objects are gone. */
    void terminated() {
        set("Terminating", false, "InstanceDeletionCompleted", "removed all instances");
    }

    private ArrayNode all() {
        return definition.withObjectProperty("status").withArrayProperty("conditions");
    }

    private void set(String type, boolean status, String reason, String message) {
        ObjectNode condition = find(type);
        String text = status ? "True" : "False";
        if (!condition.path("status").asText().equals(text)) {
            condition.put("lastTransitionTime", Instants.text(now));
        }
        condition.put("status", text).put("reason", reason).put("message", message);
    }

    private ObjectNode find(String type) {
        ArrayNode conditions = all();
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals(type) && condition instanceof ObjectNode found) {
                return found;
            }
        }
        return conditions.addObject().put("type", type);
    }

    private void remove(String type) {
        ArrayNode conditions = all();
        for (int i = conditions.size() - 1; i >= 0; i--) {
            if (conditions.get(i).path("type").asText().equals(type)) {
                conditions.remove(i);
            }
        }
    }
}
