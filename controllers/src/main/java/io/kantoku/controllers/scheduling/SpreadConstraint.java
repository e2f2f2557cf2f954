package io.kantoku.controllers.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import java.util.ArrayList;
import java.util.List;

/**
 * One of a pod's {@code topologySpreadConstraints}.
 *
 * @param required whether a node that breaks it is refused, or only liked less
 */
record SpreadConstraint(int maxSkew, String topologyKey, boolean required, LabelSelector selector, int minDomains) {
    static List<SpreadConstraint> of(KubeObject pod) {
        List<SpreadConstraint> constraints = new ArrayList<>();
        for (JsonNode node : pod.at("spec", "topologySpreadConstraints")) {
            constraints.add(new SpreadConstraint(
                    node.path("maxSkew").asInt(1),
                    node.path("topologyKey").asText(),
                    !node.path("whenUnsatisfiable").asText().equals("ScheduleAnyway"),
                    LabelSelector.fromJson(node.path("labelSelector")),
                    node.path("minDomains").asInt(1)));
        }
        return constraints;
    }
}
