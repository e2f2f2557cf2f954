package io.kantoku.apiserver.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import java.time.Duration;

/** Posts reviews to webhooks. */
@FunctionalInterface
public interface WebhookCaller {
    /** For servers that call nobody. */
    WebhookCaller NONE = (cluster, config, review, timeout) -> {
        throw new WebhookException("this server calls no webhooks");
    };

    /**
     * Posts a review and returns the answer.
     *
     * @param cluster whose webhook it is
     * @param config a {@code WebhookClientConfig}: {@code url} or {@code service}, and {@code caBundle}
     * @param timeout until the whole answer is there
     * @throws WebhookException when there is no JSON object in time
     */
    ObjectNode call(ClusterId cluster, JsonNode config, ObjectNode review, Duration timeout) throws WebhookException;
}
