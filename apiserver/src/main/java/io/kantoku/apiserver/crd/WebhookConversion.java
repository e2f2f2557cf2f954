package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.webhook.WebhookCaller;
import io.kantoku.apiserver.webhook.WebhookException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Conversion by a webhook (apiextensions {@code ConversionReview}), or by nothing but another {@code apiVersion}. */
final class WebhookConversion implements CustomStrategy.Converter {
    /** The forms of the review that are spoken. */
    static final List<String> REVIEW_VERSIONS = List.of("v1", "v1beta1");

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int AT_ONCE = 500;

    private final ClusterId cluster;
    private final String group;
    private final String kind;
    private final JsonNode webhook;
    private final WebhookCaller caller;

    private WebhookConversion(ClusterId cluster, Definition definition, WebhookCaller caller) {
        this.cluster = cluster;
        this.group = definition.defines().group();
        this.kind = definition.kind();
        this.webhook = definition.conversion().path("webhook");
        this.caller = caller;
    }

    /** The conversion that a definition asks for. */
    static CustomStrategy.Converter of(ClusterId cluster, Definition definition, WebhookCaller caller) {
        return definition.conversion().path("strategy").asText().equals("Webhook")
                ? new WebhookConversion(cluster, definition, caller)
                : CustomStrategy.Converter.NONE;
    }

    /** @throws ApiException 500 when the webhook does not answer, or not with these objects in the other version */
    @Override
    public List<ObjectNode> convert(List<ObjectNode> objects, String from, String to) {
        List<ObjectNode> converted = new ArrayList<>(objects.size());
        for (int start = 0; start < objects.size(); start += AT_ONCE) {
            List<ObjectNode> part = objects.subList(start, Math.min(objects.size(), start + AT_ONCE));
            converted.addAll(ask(part, from, to));
        }
        return converted;
    }

    private List<ObjectNode> ask(List<ObjectNode> objects, String from, String to) {
        String uid = UUID.randomUUID().toString();
        ObjectNode review = Json.object();
        review.put("kind", "ConversionReview").put("apiVersion", "apiextensions.k8s.io/" + reviewVersion());
        ObjectNode request = review.putObject("request");
        request.put("uid", uid).put("desiredAPIVersion", group + "/" + to);
        ArrayNode sent = request.putArray("objects");
        objects.forEach(object -> sent.add(object.deepCopy().put("apiVersion", group + "/" + from)));
        JsonNode response;
        try {
            response = caller.call(cluster, webhook.path("clientConfig"), review, TIMEOUT)
                    .path("response");
        } catch (WebhookException e) {
            throw failed(from, e.getMessage());
        }
        if (!response.path("uid").asText().equals(uid)) {
            throw failed(
                    from,
                    "expected response.uid=\"" + uid + "\", got \""
                            + response.path("uid").asText() + "\"");
        }
        JsonNode result = response.path("result");
        if (!result.path("status").asText().equals("Success")) {
            throw failed(from, result.path("message").asText("the webhook gave no reason"));
        }
        return taken(objects, response.path("convertedObjects"), from, to);
    }

    private String reviewVersion() {
        for (JsonNode version : webhook.path("conversionReviewVersions")) {
            if (REVIEW_VERSIONS.contains(version.asText())) {
                return version.asText();
            }
        }
        return REVIEW_VERSIONS.getFirst();
    }

    private List<ObjectNode> taken(List<ObjectNode> objects, JsonNode converted, String from, String to) {
        if (converted.size() != objects.size()) {
            throw failed(from, "webhook returned " + converted.size() + " objects, expected " + objects.size());
        }
        List<ObjectNode> taken = new ArrayList<>(objects.size());
        for (int i = 0; i < objects.size(); i++) {
            ObjectNode original = objects.get(i);
            if (!(converted.get(i) instanceof ObjectNode object)
                    || !object.path("apiVersion").asText().equals(group + "/" + to)
                    || !object.path("kind")
                            .asText()
                            .equals(original.path("kind").asText(kind))) {
                throw failed(
                        from,
                        "invalid converted object at index " + i + ": expected " + group + "/" + to + ", Kind=" + kind);
            }
            for (String field : List.of("name", "namespace", "uid")) {
                if (!object.path("metadata")
                        .path(field)
                        .asText()
                        .equals(original.path("metadata").path(field).asText())) {
                    throw failed(
                            from,
                            "invalid metadata of the converted object at index " + i + ": metadata." + field
                                    + " must not change");
                }
            }
            taken.add(withMetadata(object, original));
        }
        return taken;
    }

    /** Of metadata a webhook may change labels and annotations only. */
    private static ObjectNode withMetadata(ObjectNode converted, ObjectNode original) {
        ObjectNode metadata = original.withObjectProperty("metadata").deepCopy();
        for (String field : List.of("labels", "annotations")) {
            JsonNode value = converted.path("metadata").path(field);
            if (value.isObject() && !value.isEmpty()) {
                metadata.set(field, value);
            } else {
                metadata.remove(field);
            }
        }
        converted.set("metadata", metadata);
        return converted;
    }

    private ApiException failed(String from, String why) {
        return ApiException.internal(
                "conversion webhook for " + group + "/" + from + ", Kind=" + kind + " failed: " + why);
    }
}
