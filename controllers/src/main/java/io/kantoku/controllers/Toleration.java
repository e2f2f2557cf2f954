package io.kantoku.controllers;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import java.util.ArrayList;
import java.util.List;

/**
 * A pod's toleration.
 *
 * @param key {@code ""} with operator {@code Exists} for all keys
 * @param operator {@code Equal} or {@code Exists}
 * @param effect {@code ""} for all effects
 * @param seconds how long a NoExecute taint is tolerated; -1 for ever
 */
public record Toleration(String key, String operator, String value, String effect, long seconds) {
    public static List<Toleration> of(KubeObject pod) {
        List<Toleration> tolerations = new ArrayList<>();
        for (JsonNode toleration : pod.at("spec", "tolerations")) {
            tolerations.add(new Toleration(
                    toleration.path("key").asText(""),
                    toleration.path("operator").asText("Equal"),
                    toleration.path("value").asText(""),
                    toleration.path("effect").asText(""),
                    toleration.path("tolerationSeconds").asLong(-1)));
        }
        return tolerations;
    }

    public boolean tolerates(Taint taint) {
        if (!effect.isEmpty() && !effect.equals(taint.effect())) {
            return false;
        }
        if (!key.isEmpty() && !key.equals(taint.key())) {
            return false;
        }
        return operator.equals("Exists") || (!key.isEmpty() && value.equals(taint.value()));
    }
}
