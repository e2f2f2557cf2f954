package io.kantoku.apiserver.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.audit.AuditTrail;
import io.kantoku.apiserver.webhook.WebhookCaller;
import io.kantoku.apiserver.webhook.WebhookException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks webhooks about requests, and turns what goes wrong into what the failure policy says. */
final class WebhookCalls {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookCalls.class);

    private final WebhookCaller caller;
    private final Equivalents equivalents;
    private final Expressions expressions;

    WebhookCalls(WebhookCaller caller, Equivalents equivalents, Expressions expressions) {
        this.caller = caller;
        this.equivalents = equivalents;
        this.expressions = expressions;
    }

    /**
     * What a webhook said to a request that it allows.
     *
     * @param patch a JSON patch, missing when there is none
     */
    record Allowed(ShownRequest shown, JsonNode patch) {}

    /** Whether a webhook is to be asked about a request, and in which form. */
    Optional<ShownRequest> concerns(
            Webhook webhook, AdmissionRequest request, Supplier<Map<String, String>> namespaceLabels) {
        Optional<ShownRequest> shown = equivalents.shown(webhook.match(), request, namespaceLabels);
        if (shown.isEmpty() || webhook.conditions().conditions().isEmpty()) {
            return shown;
        }
        return switch (webhook.conditions().evaluate(expressions, expressions.variables(shown.get()))) {
            case MatchConditions.Outcome.Match _ -> shown;
            case MatchConditions.Outcome.NoMatch _ -> Optional.empty();
            case MatchConditions.Outcome.Failed(var why) -> {
                if (webhook.ignoresFailure()) {
                    ignored(webhook, request, why);
                    yield Optional.empty();
                }
                throw ApiException.forbidden(request.type().name(), request.shownName(), why);
            }
        };
    }

    /**
     * Asks a webhook.
     *
     * @return empty when it failed and that does not matter
     * @throws ApiException when it refuses the request, or fails and that matters
     */
    Optional<Allowed> ask(Webhook webhook, ShownRequest shown) {
        AdmissionRequest request = shown.request();
        if (request.dryRun() && !webhook.allowsDryRun()) {
            throw ApiException.badRequest("admission webhook \"" + webhook.name() + "\" does not support dry run");
        }
        try {
            JsonNode response = response(webhook, shown);
            for (JsonNode warning : response.path("warnings")) {
                request.warnings().add(warning.asText());
            }
            response.path("auditAnnotations")
                    .properties()
                    .forEach(each -> AuditTrail.annotate(
                            webhook.name() + "/" + each.getKey(),
                            each.getValue().asText()));
            if (!response.path("allowed").asBoolean()) {
                throw denied(webhook, response.path("status"));
            }
            return Optional.of(new Allowed(shown, patch(response)));
        } catch (WebhookException e) {
            if (webhook.ignoresFailure()) {
                ignored(webhook, request, e.getMessage());
                return Optional.empty();
            }
            String why = "failed calling webhook \"" + webhook.name() + "\": " + e.getMessage();
            throw failed(why);
        }
    }

    /** The 500 that upstream answers when a webhook cannot be asked. */
    static ApiException failed(String why) {
        return new ApiException(Status.failure(500, "InternalError", "Internal error occurred: " + why)
                .withDetails(new Status.Details("", "", "", "", List.of(new Status.Cause("", why, "")), 0)));
    }

    private JsonNode response(Webhook webhook, ShownRequest shown) throws WebhookException {
        String uid = UUID.randomUUID().toString();
        ObjectNode review = Json.object();
        String apiVersion = "admission.k8s.io/" + webhook.reviewVersion();
        review.put("kind", "AdmissionReview").put("apiVersion", apiVersion);
        ObjectNode request = review.putObject("request");
        request.put("uid", uid);
        request.setAll(shown.json(true));
        ObjectNode answer;
        try {
            answer = caller.call(shown.request().cluster(), webhook.client(), review, webhook.timeout());
        } catch (WebhookException e) {
            throw new WebhookException("failed to call webhook: " + e.getMessage());
        }
        JsonNode response = answer.path("response");
        if (!response.isObject()) {
            throw new WebhookException("webhook response was absent");
        }
        if (webhook.reviewVersion().equals("v1")) {
            checkForm(answer, apiVersion, uid);
        }
        return response;
    }

    private static void checkForm(ObjectNode answer, String apiVersion, String uid) throws WebhookException {
        JsonNode response = answer.path("response");
        String invalid = "received invalid webhook response: ";
        if (!answer.path("apiVersion").asText().equals(apiVersion)
                || !answer.path("kind").asText().equals("AdmissionReview")) {
            throw new WebhookException(invalid + "expected webhook response of " + apiVersion
                    + ", Kind=AdmissionReview, got " + answer.path("apiVersion").asText() + ", Kind="
                    + answer.path("kind").asText());
        }
        if (!response.path("uid").asText().equals(uid)) {
            throw new WebhookException(invalid + "expected response.uid=\"" + uid + "\", got \""
                    + response.path("uid").asText() + "\"");
        }
        boolean patched = !response.path("patch").asText().isEmpty();
        String type = response.path("patchType").asText();
        if (patched && !type.equals("JSONPatch")) {
            throw new WebhookException(invalid + "webhook returned invalid response.patchType of \"" + type + "\"");
        }
        if (!patched && !type.isEmpty()) {
            throw new WebhookException(invalid + "webhook returned response.patchType but not response.patch");
        }
    }

    private static JsonNode patch(JsonNode response) throws WebhookException {
        String patch = response.path("patch").asText();
        if (patch.isEmpty()) {
            return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        }
        try {
            return Json.parse(java.util.Base64.getMimeDecoder().decode(patch));
        } catch (IllegalArgumentException | ApiException e) {
            throw new WebhookException("received undecodable patch in response: " + e.getMessage());
        }
    }

    private static ApiException denied(Webhook webhook, JsonNode status) {
        String by = "admission webhook \"" + webhook.name() + "\" denied the request";
        String message = status.path("message").asText();
        String reason = status.path("reason").asText();
        String text = !message.isEmpty()
                ? by + ": " + message
                : !reason.isEmpty() ? by + ": " + reason : by + " without explanation";
        int code = status.path("code").asInt();
        return new ApiException(Status.failure(code < 400 || code > 599 ? 400 : code, reason, text));
    }

    private static void ignored(Webhook webhook, AdmissionRequest request, String why) {
        LOG.atWarn()
                .setMessage("a webhook failed, failing open")
                .addKeyValue("cluster", request.cluster())
                .addKeyValue("webhook", webhook.name())
                .addKeyValue("resource", request.type().name())
                .addKeyValue("reason", why)
                .log();
    }
}
