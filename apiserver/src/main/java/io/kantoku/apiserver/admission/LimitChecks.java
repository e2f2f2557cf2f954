package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Quantity;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Compares what one thing asks for with one item of a LimitRange, in upstream's words. */
final class LimitChecks {
    private final JsonNode item;
    private final String type;
    private final List<String> faults = new ArrayList<>();

    private LimitChecks(JsonNode item) {
        this.item = item;
        this.type = item.path("type").asText();
    }

    /**
     * What is wrong.
     *
     * @param item one of {@code spec.limits}
     * @param requests amounts by resource
     * @param limits amounts by resource
     */
    static List<String> faults(JsonNode item, JsonNode requests, JsonNode limits) {
        LimitChecks checks = new LimitChecks(item);
        item.path("min").fieldNames().forEachRemaining(resource -> checks.minimum(resource, requests, limits));
        item.path("max").fieldNames().forEachRemaining(resource -> checks.maximum(resource, requests, limits));
        item.path("maxLimitRequestRatio")
                .fieldNames()
                .forEachRemaining(resource -> checks.ratio(resource, requests, limits));
        return checks.faults;
    }

    private void minimum(String resource, JsonNode requests, JsonNode limits) {
        JsonNode bound = item.path("min").path(resource);
        if (!requests.has(resource)) {
            fault("minimum", resource, bound, ".  No request is specified");
        } else if (quantity(requests.path(resource)).compareTo(quantity(bound)) < 0) {
            fault("minimum", resource, bound, ", but request is " + text(requests.path(resource)));
        } else if (limits.has(resource) && quantity(limits.path(resource)).compareTo(quantity(bound)) < 0) {
            fault("minimum", resource, bound, ", but limit is " + text(limits.path(resource)));
        }
    }

    /** Claims have no limits: what they request is bounded. */
    private void maximum(String resource, JsonNode requests, JsonNode limits) {
        boolean claim = type.equals("PersistentVolumeClaim");
        JsonNode bound = item.path("max").path(resource);
        JsonNode amount = (claim ? requests : limits).path(resource);
        String what = claim ? "request" : "limit";
        if (amount.isMissingNode()) {
            fault("maximum", resource, bound, ".  No " + what + " is specified");
        } else if (quantity(amount).compareTo(quantity(bound)) > 0) {
            fault("maximum", resource, bound, ", but " + what + " is " + text(amount));
        } else if (requests.has(resource) && quantity(requests.path(resource)).compareTo(quantity(bound)) > 0) {
            fault("maximum", resource, bound, ", but request is " + text(requests.path(resource)));
        }
    }

    private void ratio(String resource, JsonNode requests, JsonNode limits) {
        JsonNode bound = item.path("maxLimitRequestRatio").path(resource);
        String message = resource + " max limit to request ratio per " + type + " is " + text(bound) + ", but ";
        if (!requests.has(resource) || quantity(requests.path(resource)).isZero()) {
            faults.add(message + "no request is specified or request is 0");
        } else if (!limits.has(resource) || quantity(limits.path(resource)).isZero()) {
            faults.add(message + "no limit is specified or limit is 0");
        } else {
            BigDecimal observed = quantity(limits.path(resource))
                    .value()
                    .divide(quantity(requests.path(resource)).value(), MathContext.DECIMAL64);
            if (observed.compareTo(quantity(bound).value()) > 0) {
                faults.add(message + String.format(Locale.ROOT, "provided ratio is %f", observed));
            }
        }
    }

    private void fault(String which, String resource, JsonNode bound, String what) {
        faults.add(which + " " + resource + " usage per " + type + " is " + text(bound) + what);
    }

    private static Quantity quantity(JsonNode node) {
        return Quantity.parse(node.asText());
    }

    private static String text(JsonNode node) {
        return quantity(node).toString();
    }
}
