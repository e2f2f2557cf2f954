package io.kantoku.apiserver.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.Names;
import io.kantoku.apiserver.admission.AdmissionPlugin;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.cel.CelCompileException;
import io.kantoku.apiserver.cel.CelExpression;
import io.kantoku.apiserver.webhook.ClientConfigCheck;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Refuses webhooks and policies whose expressions are not CEL, or that name no place to call; says in policies that it has looked. */
public final class DefinitionChecks implements AdmissionPlugin {
    private static final String GROUP = "admissionregistration.k8s.io";
    private static final int MOST_CONDITIONS = 64;

    @Override
    public void complete(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object != null
                && request.subresource().isEmpty()
                && request.type().name().toString().equals("validatingadmissionpolicies." + GROUP)) {
            ObjectNode status = object.withObjectProperty("status");
            status.put(
                    "observedGeneration",
                    object.path("metadata").path("generation").asLong(1));
            status.withObjectProperty("typeChecking");
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object == null
                || !request.subresource().isEmpty()
                || !request.type().name().group().equals(GROUP)) {
            return;
        }
        Check check = new Check(object.path("spec").has("paramKind"));
        switch (request.type().kind()) {
            case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration" -> check.webhooks(object);
            case "ValidatingAdmissionPolicy", "MutatingAdmissionPolicy" -> check.policy(object.path("spec"));
            case "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding" ->
                check.binding(object.path("spec"));
            default -> {
                // nothing to compile
            }
        }
        if (!check.errors.isEmpty()) {
            throw ApiException.invalid(new GroupKind(GROUP, request.type().kind()), request.name(), check.errors);
        }
    }

    /** One object's check. */
    private static final class Check {
        private final List<FieldError> errors = new ArrayList<>();
        private final boolean parameters;

        Check(boolean parameters) {
            this.parameters = parameters;
        }

        void webhooks(ObjectNode configuration) {
            int index = 0;
            for (JsonNode webhook : configuration.path("webhooks")) {
                FieldPath path = FieldPath.of("webhooks").index(index++);
                errors.addAll(ClientConfigCheck.check(webhook.path("clientConfig"), path.child("clientConfig")));
                conditions(webhook.path("matchConditions"), path.child("matchConditions"));
            }
        }

        void policy(JsonNode spec) {
            FieldPath path = FieldPath.of("spec");
            conditions(spec.path("matchConditions"), path.child("matchConditions"));
            int index = 0;
            for (JsonNode variable : spec.path("variables")) {
                FieldPath at = path.child("variables").index(index++);
                expression(variable.path("expression"), at.child("expression"), Expressions.Result.VALUE);
            }
            index = 0;
            for (JsonNode validation : spec.path("validations")) {
                FieldPath at = path.child("validations").index(index++);
                expression(validation.path("expression"), at.child("expression"), Expressions.Result.CONDITION);
                if (!validation.path("messageExpression").asText().isEmpty()) {
                    expression(
                            validation.path("messageExpression"),
                            at.child("messageExpression"),
                            Expressions.Result.TEXT);
                }
                reason(validation.path("reason"), at.child("reason"));
            }
            index = 0;
            for (JsonNode annotation : spec.path("auditAnnotations")) {
                FieldPath at = path.child("auditAnnotations").index(index++);
                expression(annotation.path("valueExpression"), at.child("valueExpression"), Expressions.Result.VALUE);
            }
            index = 0;
            for (JsonNode mutation : spec.path("mutations")) {
                mutation(mutation, path.child("mutations").index(index++));
            }
        }

        private void reason(JsonNode reason, FieldPath path) {
            List<String> known = List.of("Unauthorized", "Forbidden", "Invalid", "RequestEntityTooLarge");
            if (!reason.asText().isEmpty() && !known.contains(reason.asText())) {
                errors.add(FieldError.notSupported(path, reason.asText(), known));
            }
        }

        private void mutation(JsonNode mutation, FieldPath path) {
            String type = mutation.path("patchType").asText();
            String field = switch (type) {
                case "ApplyConfiguration" -> "applyConfiguration";
                case "JSONPatch" -> "jsonPatch";
                default -> "";
            };
            if (field.isEmpty()) {
                errors.add(FieldError.notSupported(
                        path.child("patchType"), type, List.of("ApplyConfiguration", "JSONPatch")));
            } else {
                expression(
                        mutation.path(field).path("expression"),
                        path.child(field).child("expression"),
                        Expressions.Result.MUTATION);
            }
        }

        void binding(JsonNode spec) {
            JsonNode reference = spec.path("paramRef");
            FieldPath path = FieldPath.of("spec", "paramRef");
            if (!reference.isObject()) {
                return;
            }
            boolean name = !reference.path("name").asText().isEmpty();
            boolean selector = reference.path("selector").isObject();
            if (name && selector) {
                errors.add(FieldError.forbidden(path.child("name"), "name and selector are mutually exclusive"));
            } else if (!name && !selector) {
                errors.add(FieldError.required(path, "one of name or selector must be specified"));
            }
            String action = reference.path("parameterNotFoundAction").asText();
            if (action.isEmpty()) {
                errors.add(FieldError.required(path.child("parameterNotFoundAction"), ""));
            } else if (!action.equals("Allow") && !action.equals("Deny")) {
                errors.add(FieldError.notSupported(
                        path.child("parameterNotFoundAction"), action, List.of("Deny", "Allow")));
            }
        }

        private void conditions(JsonNode conditions, FieldPath path) {
            if (conditions.size() > MOST_CONDITIONS) {
                errors.add(FieldError.tooMany(path, conditions.size(), MOST_CONDITIONS));
            }
            Set<String> names = new HashSet<>();
            int index = 0;
            for (JsonNode condition : conditions) {
                FieldPath at = path.index(index++);
                String name = condition.path("name").asText();
                if (name.isEmpty()) {
                    errors.add(FieldError.required(at.child("name"), ""));
                } else {
                    Names.qualifiedName(name)
                            .forEach(problem -> errors.add(FieldError.invalid(at.child("name"), name, problem)));
                }
                if (!names.add(name)) {
                    errors.add(FieldError.duplicate(at.child("name"), name));
                }
                expression(condition.path("expression"), at.child("expression"), Expressions.Result.CONDITION);
            }
        }

        private void expression(JsonNode node, FieldPath path, Expressions.Result result) {
            String text = node.asText();
            if (text.isBlank()) {
                errors.add(FieldError.required(path, ""));
                return;
            }
            try {
                CelExpression expression = Expressions.compileNow(text, result);
                if (!parameters && expression.mentions("params")) {
                    errors.add(FieldError.invalid(
                            path,
                            text,
                            "compilation failed: undeclared reference to 'params' (there is no paramKind)"));
                }
            } catch (CelCompileException e) {
                errors.add(FieldError.invalid(path, text, e.getMessage()));
            }
        }
    }
}
