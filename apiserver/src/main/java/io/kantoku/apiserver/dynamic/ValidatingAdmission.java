package io.kantoku.apiserver.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.admission.AdmissionPlugin;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.audit.AuditTrail;
import io.kantoku.apiserver.cel.CelCompileException;
import io.kantoku.apiserver.cel.CelFailure;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** ValidatingAdmissionPolicies, then validating webhooks, which are asked all at once. */
final class ValidatingAdmission implements AdmissionPlugin {
    private static final String GROUP = "admissionregistration.k8s.io";

    private final ObjectReader objects;
    private final Equivalents equivalents;
    private final WebhookCalls calls;
    private final Expressions expressions;
    private final Parameters parameters;
    private final Definitions<Webhook> webhooks;
    private final Definitions<Policy> policies;
    private final Definitions<Policy.Binding> bindings;

    ValidatingAdmission(
            ObjectReader objects,
            Equivalents equivalents,
            WebhookCalls calls,
            Expressions expressions,
            Parameters parameters) {
        this.objects = objects;
        this.equivalents = equivalents;
        this.calls = calls;
        this.expressions = expressions;
        this.parameters = parameters;
        this.webhooks =
                new Definitions<>(objects, new GroupResource(GROUP, "validatingwebhookconfigurations"), Webhook::all);
        this.policies =
                new Definitions<>(objects, new GroupResource(GROUP, "validatingadmissionpolicies"), Policy::all);
        this.bindings = new Definitions<>(
                objects, new GroupResource(GROUP, "validatingadmissionpolicybindings"), Policy.Binding::all);
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (RequestMatch.exempt(request)) {
            return;
        }
        NamespaceLabels namespaces = new NamespaceLabels(objects, request);
        List<Policy.Binding> bound = bindings.of(request.cluster());
        if (!bound.isEmpty()) {
            for (Policy policy : policies.of(request.cluster())) {
                policy(policy, bound, request, namespaces);
            }
        }
        webhooks(request, namespaces);
    }

    private void webhooks(AdmissionRequest request, NamespaceLabels namespaces) {
        List<FutureTask<Optional<WebhookCalls.Allowed>>> asked = new ArrayList<>();
        for (Webhook webhook : webhooks.of(request.cluster())) {
            calls.concerns(webhook, request, namespaces).ifPresent(shown -> {
                AdmissionRequest own = shown.request().withWarnings(new ArrayList<>());
                int index = asked.size();
                asked.add(new FutureTask<>(() -> {
                    Optional<WebhookCalls.Allowed> answer = calls.ask(webhook, new ShownRequest(own, shown.version()));
                    if (answer.isEmpty()) {
                        AuditTrail.annotate(
                                "failed-open.validating.webhook.admission.k8s.io/round_0_index_" + index,
                                webhook.name());
                    }
                    synchronized (request) {
                        request.warnings().addAll(own.warnings());
                    }
                    return answer;
                }));
            });
        }
        if (asked.size() == 1) {
            asked.getFirst().run();
        } else {
            asked.forEach(task -> Thread.ofVirtual().name("webhook").start(AuditTrail.carried(task)));
        }
        asked.forEach(ValidatingAdmission::await);
    }

    private static void await(FutureTask<?> task) {
        try {
            task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ApiException refused) {
                throw refused;
            }
            throw new IllegalStateException("a webhook could not be asked", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.internal("interrupted while waiting for admission webhooks");
        }
    }

    private void policy(
            Policy policy, List<Policy.Binding> bound, AdmissionRequest request, NamespaceLabels namespaces) {
        Optional<ShownRequest> shown = equivalents.shown(policy.match(), request, namespaces);
        if (shown.isEmpty()) {
            return;
        }
        Map<String, Object> base = null;
        for (Policy.Binding binding : bound) {
            if (!binding.policy().equals(policy.name())
                    || binding.match()
                            .versionOrAny(shown.get().request(), namespaces)
                            .isEmpty()) {
                continue;
            }
            base = base == null ? expressions.variables(shown.get()) : base;
            try {
                for (Object params : parameters.of(policy, binding, request)) {
                    PolicyRun run = PolicyRun.of(policy, shown.get(), base, params, namespaces, expressions);
                    if (applies(run, binding)) {
                        validations(run, binding);
                    }
                }
            } catch (Parameters.Misconfigured e) {
                misconfigured(policy, binding, request, e.getMessage());
            }
        }
    }

    private boolean applies(PolicyRun run, Policy.Binding binding) {
        return switch (run.policy().conditions().evaluate(expressions, run.variables())) {
            case MatchConditions.Outcome.Match _ -> true;
            case MatchConditions.Outcome.NoMatch _ -> false;
            case MatchConditions.Outcome.Failed(var why) -> {
                failed(run, binding, why, "Invalid", true);
                yield false;
            }
        };
    }

    private void validations(PolicyRun run, Policy.Binding binding) {
        int index = 0;
        for (JsonNode validation : run.policy().spec().path("validations")) {
            int number = index++;
            String text = validation.path("expression").asText();
            String reason = validation.path("reason").asText("Invalid");
            try {
                if (!expressions.compile(text, Expressions.Result.CONDITION).holds(run.variables(), run.budget())) {
                    String message = message(run, validation);
                    audited(run, binding, number, message);
                    failed(run, binding, message, reason, false);
                }
            } catch (CelCompileException e) {
                failed(run, binding, "compilation error: " + e.getMessage(), reason, true);
            } catch (CelFailure e) {
                String why = "expression '" + text + "' resulted in error: " + e.getMessage();
                failed(run, binding, why, reason, true);
            }
        }
        for (JsonNode annotation : run.policy().spec().path("auditAnnotations")) {
            try {
                Object value = expressions
                        .compile(annotation.path("valueExpression").asText(), Expressions.Result.VALUE)
                        .evaluate(run.variables(), run.budget());
                if (value instanceof String text && !text.isBlank()) {
                    AuditTrail.annotate(
                            run.policy().name() + "/" + annotation.path("key").asText(), text.strip());
                }
            } catch (CelCompileException | CelFailure e) {
                String why = "audit annotation '" + annotation.path("key").asText() + "' resulted in error: ";
                failed(run, binding, why + e.getMessage(), "Invalid", true);
            }
        }
    }

    /** A binding whose actions include {@code Audit} has what fails in the Event of the request. */
    private static void audited(PolicyRun run, Policy.Binding binding, int index, String message) {
        if (!binding.actions().contains("Audit")) {
            return;
        }
        ArrayNode failures = Json.mapper().createArrayNode();
        ObjectNode failure = failures.addObject()
                .put("message", message)
                .put("policy", run.policy().name())
                .put("binding", binding.name())
                .put("expressionIndex", String.valueOf(index));
        binding.actions().forEach(failure.putArray("validationActions")::add);
        AuditTrail.annotate("validation.policy.admission.k8s.io/validation_failure", failures.toString());
    }

    private String message(PolicyRun run, JsonNode validation) {
        String fixed = validation.path("message").asText().strip();
        String fallback = fixed.isEmpty()
                ? "failed expression: " + validation.path("expression").asText().strip()
                : fixed;
        String text = validation.path("messageExpression").asText();
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            Object made = expressions.compile(text, Expressions.Result.TEXT).evaluate(run.variables(), run.budget());
            String message = String.valueOf(made).strip();
            return message.isEmpty() || message.indexOf('\n') >= 0 || message.length() > 5 * 1024 ? fallback : message;
        } catch (CelCompileException | CelFailure e) {
            return fallback;
        }
    }

    /** @param error whether the policy could not be evaluated, and its failure policy decides */
    private static void failed(PolicyRun run, Policy.Binding binding, String why, String reason, boolean error) {
        if (error && run.policy().ignoresFailure()) {
            return;
        }
        String with = "ValidatingAdmissionPolicy '" + run.policy().name() + "' with binding '" + binding.name() + "'";
        AdmissionRequest request = run.shown().request();
        if (binding.actions().contains("Warn")) {
            request.warnings().add("Validation failed for " + with + ": " + why);
        }
        if (binding.actions().contains("Deny")) {
            throw denied(request, with + " denied request: " + why, reason);
        }
    }

    private static void misconfigured(Policy policy, Policy.Binding binding, AdmissionRequest request, String why) {
        if (policy.ignoresFailure()) {
            return;
        }
        String with = "ValidatingAdmissionPolicy '" + policy.name() + "' with binding '" + binding.name() + "'";
        throw denied(request, with + " denied request: " + why, "Invalid");
    }

    static ApiException denied(AdmissionRequest request, String why, String reason) {
        Status forbidden = ApiException.forbidden(request.type().name(), request.shownName(), why)
                .status();
        int code = switch (reason) {
            case "Unauthorized" -> 401;
            case "Forbidden" -> 403;
            case "RequestEntityTooLarge" -> 413;
            default -> 422;
        };
        GroupResource resource = request.type().name();
        return new ApiException(Status.failure(code, reason, forbidden.message())
                .withDetails(new Status.Details(
                        request.shownName(),
                        resource.group(),
                        resource.resource(),
                        "",
                        List.of(new Status.Cause("", why, "")),
                        0)));
    }
}
