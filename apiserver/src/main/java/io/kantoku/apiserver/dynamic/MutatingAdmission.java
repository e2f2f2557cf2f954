package io.kantoku.apiserver.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.apply.ServerSideApply;
import io.kantoku.apimachinery.patch.JsonPatch;
import io.kantoku.apiserver.admission.AdmissionPlugin;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.audit.AuditTrail;
import io.kantoku.apiserver.cel.CelCompileException;
import io.kantoku.apiserver.cel.CelFailure;
import io.kantoku.apiserver.cel.CelValues;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * MutatingAdmissionPolicies, then mutating webhooks, one after the other. When they have changed the object, the server's own plug-ins
 * look at it again, and so do, once, those of them that wish to see what came later.
 */
final class MutatingAdmission implements AdmissionPlugin {
    private static final String GROUP = "admissionregistration.k8s.io";
    private static final List<String> FIXED = List.of(
            "namespace",
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation",
            "resourceVersion",
            "managedFields",
            "selfLink");

    private final ObjectReader objects;
    private final Equivalents equivalents;
    private final WebhookCalls calls;
    private final Expressions expressions;
    private final Parameters parameters;
    private final List<AdmissionPlugin> before;
    private final Definitions<Webhook> webhooks;
    private final Definitions<Policy> policies;
    private final Definitions<Policy.Binding> bindings;

    MutatingAdmission(
            ObjectReader objects,
            Equivalents equivalents,
            WebhookCalls calls,
            Expressions expressions,
            Parameters parameters,
            List<AdmissionPlugin> before) {
        this.objects = objects;
        this.equivalents = equivalents;
        this.calls = calls;
        this.expressions = expressions;
        this.parameters = parameters;
        this.before = List.copyOf(before);
        this.webhooks =
                new Definitions<>(objects, new GroupResource(GROUP, "mutatingwebhookconfigurations"), Webhook::all);
        this.policies = new Definitions<>(objects, new GroupResource(GROUP, "mutatingadmissionpolicies"), Policy::all);
        this.bindings = new Definitions<>(
                objects, new GroupResource(GROUP, "mutatingadmissionpolicybindings"), Policy.Binding::all);
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (RequestMatch.exempt(request)) {
            return;
        }
        Round first = new Round(request, Map.of());
        first.run();
        if (first.changed) {
            before.forEach(plugin -> plugin.mutate(request));
            new Round(request, first.seen).run();
        }
    }

    /** One pass over all definitions. */
    private final class Round {
        private final AdmissionRequest request;
        private final NamespaceLabels namespaces;
        private final Map<String, ObjectNode> seenBefore;
        private final Map<String, ObjectNode> seen = new HashMap<>();
        private final boolean again;
        private boolean changed;

        /** @param seenBefore what each left behind in the pass before, nothing in the first */
        Round(AdmissionRequest request, Map<String, ObjectNode> seenBefore) {
            this.request = request;
            this.namespaces = new NamespaceLabels(objects, request);
            this.seenBefore = seenBefore;
            this.again = !seenBefore.isEmpty();
        }

        void run() {
            List<Policy.Binding> bound = bindings.of(request.cluster());
            if (request.object() != null && !bound.isEmpty()) {
                policies.of(request.cluster()).forEach(policy -> policy(policy, bound));
            }
            int index = 0;
            for (Webhook webhook : webhooks.of(request.cluster())) {
                webhook(webhook, "webhook.admission.k8s.io/round_" + (again ? 1 : 0) + "_index_" + index++);
            }
        }

        private boolean wanted(String key, boolean reinvoked) {
            if (!again) {
                return true;
            }
            ObjectNode left = seenBefore.get(key);
            ObjectNode object = request.object();
            return reinvoked && left != null && object != null && !Json.equal(left, object);
        }

        private void done(String key, boolean hasChanged) {
            changed |= hasChanged;
            ObjectNode object = request.object();
            if (object != null) {
                seen.put(key, object.deepCopy());
            }
        }

        /** @param call names this call in annotations of the audit log */
        private void webhook(Webhook webhook, String call) {
            if (wanted(webhook.key(), webhook.reinvoked())) {
                calls.concerns(webhook, request, namespaces)
                        .ifPresent(shown -> done(webhook.key(), asked(webhook, shown, call)));
            }
        }

        private boolean asked(Webhook webhook, ShownRequest shown, String call) {
            ObjectNode note =
                    Json.object().put("configuration", webhook.configuration()).put("webhook", webhook.name());
            boolean differs = false;
            try {
                Optional<WebhookCalls.Allowed> allowed = calls.ask(webhook, shown);
                if (allowed.isEmpty()) {
                    AuditTrail.annotate("failed-open.mutation." + call, webhook.name());
                    return false;
                }
                JsonNode patch = allowed.get().patch();
                if (!patch.isEmpty() && request.object() != null) {
                    differs = take(shown, patched(webhook, shown, patch));
                    AuditTrail.annotateContent("patch." + call, () -> {
                        ObjectNode content = note.deepCopy();
                        content.set("patch", patch);
                        return content.put("patchType", "JSONPatch").toString();
                    });
                }
                return differs;
            } finally {
                AuditTrail.annotate(
                        "mutation." + call,
                        note.deepCopy().put("mutated", differs).toString());
            }
        }

        private ObjectNode patched(Webhook webhook, ShownRequest shown, JsonNode patch) {
            try {
                if (JsonPatch.apply(shown.object(), patch) instanceof ObjectNode object) {
                    return object;
                }
                throw WebhookCalls.failed("the patch of webhook \"" + webhook.name() + "\" makes no object");
            } catch (ApiException e) {
                throw WebhookCalls.failed("the patch of webhook \"" + webhook.name() + "\" cannot be applied: "
                        + e.status().message());
            }
        }

        private boolean take(ShownRequest shown, ObjectNode object) {
            ObjectNode metadata = object.withObjectProperty("metadata");
            JsonNode present = shown.object().path("metadata");
            FIXED.forEach(field -> keep(metadata, field, present.get(field)));
            if (!present.path("name").asText().isEmpty()) {
                keep(metadata, "name", present.get("name"));
            }
            return shown.take(object);
        }

        private static void keep(ObjectNode metadata, String field, @org.jspecify.annotations.Nullable JsonNode value) {
            if (value == null) {
                metadata.remove(field);
            } else {
                metadata.set(field, value);
            }
        }

        private void policy(Policy policy, List<Policy.Binding> bound) {
            Optional<ShownRequest> shown = equivalents.shown(policy.match(), request, namespaces);
            if (shown.isEmpty()) {
                return;
            }
            boolean reinvoked =
                    policy.spec().path("reinvocationPolicy").asText().equals("IfNeeded");
            for (Policy.Binding binding : bound) {
                String key = "policy " + policy.name() + "/" + binding.name();
                if (binding.policy().equals(policy.name())
                        && binding.match()
                                .versionOrAny(shown.get().request(), namespaces)
                                .isPresent()
                        && wanted(key, reinvoked)) {
                    done(key, apply(policy, binding, shown.get()));
                }
            }
        }

        private boolean apply(Policy policy, Policy.Binding binding, ShownRequest shown) {
            String with = "policy '" + policy.name() + "' with binding '" + binding.name() + "' denied request: ";
            boolean differs = false;
            try {
                for (Object params : parameters.of(policy, binding, request)) {
                    PolicyRun run =
                            PolicyRun.of(policy, shown, expressions.variables(shown), params, namespaces, expressions);
                    switch (policy.conditions().evaluate(expressions, run.variables())) {
                        case MatchConditions.Outcome.Match _ -> {
                            for (JsonNode mutation : policy.spec().path("mutations")) {
                                differs |= take(shown, mutated(mutation, run));
                                run.variables().put("object", CelValues.of(shown.object()));
                            }
                        }
                        case MatchConditions.Outcome.NoMatch _ -> {
                            // not this one
                        }
                        case MatchConditions.Outcome.Failed(var why) -> throw new Parameters.Misconfigured(why);
                    }
                }
            } catch (Parameters.Misconfigured | CelCompileException | CelFailure e) {
                if (!policy.ignoresFailure()) {
                    throw ValidatingAdmission.denied(request, with + e.getMessage(), "Invalid");
                }
            } catch (ApiException | IllegalArgumentException e) {
                if (!policy.ignoresFailure()) {
                    throw ValidatingAdmission.denied(request, with + e.getMessage(), "Invalid");
                }
            }
            return differs;
        }

        private ObjectNode mutated(JsonNode mutation, PolicyRun run) throws CelCompileException, CelFailure {
            ObjectNode object = (ObjectNode) run.shown().object();
            boolean patch = mutation.path("patchType").asText().equals("JSONPatch");
            String text = mutation.path(patch ? "jsonPatch" : "applyConfiguration")
                    .path("expression")
                    .asText();
            JsonNode made = CelValues.json(
                    expressions.compile(text, Expressions.Result.MUTATION).evaluate(run.variables(), run.budget()));
            if (patch) {
                if (JsonPatch.apply(object, made) instanceof ObjectNode patched) {
                    return patched;
                }
                throw new IllegalArgumentException("the patched object is not a JSON object");
            }
            if (made instanceof ObjectNode configuration) {
                return ServerSideApply.merge(
                        object, configuration, request.type().typeSchema());
            }
            throw new IllegalArgumentException("an apply configuration must be an Object");
        }
    }
}
