package io.kantoku.apiserver.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One webhook of a configuration.
 *
 * @param key tells it apart from all others of its cluster
 * @param configuration the name of the configuration
 * @param client where it is
 * @param ignoresFailure whether a request goes on when the webhook does not answer
 * @param reviewVersion the form of the review, {@code v1} or {@code v1beta1}
 * @param sideEffects {@code None}, {@code NoneOnDryRun}, {@code Some}, {@code Unknown}
 * @param reinvoked whether it wants to see what later ones have changed
 */
record Webhook(
        String key,
        String configuration,
        String name,
        JsonNode client,
        RequestMatch match,
        MatchConditions conditions,
        boolean ignoresFailure,
        Duration timeout,
        String reviewVersion,
        String sideEffects,
        boolean reinvoked) {
    /** The webhooks of configurations, in the order in which they are called. */
    static List<Webhook> all(List<KubeObject> configurations) {
        List<Webhook> webhooks = new ArrayList<>();
        for (KubeObject configuration : configurations) {
            int index = 0;
            for (JsonNode webhook : configuration.at("webhooks")) {
                webhooks.add(parse(configuration.name(), index++, webhook));
            }
        }
        return webhooks;
    }

    private static Webhook parse(String configuration, int index, JsonNode json) {
        String version = "v1beta1";
        for (JsonNode offered : json.path("admissionReviewVersions")) {
            if (offered.asText().equals("v1") || offered.asText().equals("v1beta1")) {
                version = offered.asText();
                break;
            }
        }
        return new Webhook(
                configuration + "/" + index,
                configuration,
                json.path("name").asText(),
                json.path("clientConfig"),
                RequestMatch.ofWebhook(json),
                MatchConditions.parse(json.path("matchConditions")),
                json.path("failurePolicy").asText().equals("Ignore"),
                Duration.ofSeconds(Math.clamp(json.path("timeoutSeconds").asLong(10), 1, 30)),
                version,
                json.path("sideEffects").asText("Unknown"),
                json.path("reinvocationPolicy").asText().equals("IfNeeded"));
    }

    boolean allowsDryRun() {
        return sideEffects.equals("None") || sideEffects.equals("NoneOnDryRun");
    }
}
