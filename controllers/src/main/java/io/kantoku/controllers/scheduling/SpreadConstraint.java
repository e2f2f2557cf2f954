package io.kantoku.controllers.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.LabelSelector.Operator;
import java.util.ArrayList;
import java.util.List;

/**
 * One of a pod's {@code topologySpreadConstraints}.
 *
 * @param required whether a node that breaks it is refused, or only liked less
 * @param minDomains with fewer domains than that the emptiest counts as empty
 * @param honoursAffinity whether nodes that the pod's node affinity excludes do not count
 * @param honoursTaints whether nodes with taints that the pod does not tolerate do not count
 */
record SpreadConstraint(
        int maxSkew,
        String topologyKey,
        boolean required,
        LabelSelector selector,
        int minDomains,
        boolean honoursAffinity,
        boolean honoursTaints) {
    static List<SpreadConstraint> of(KubeObject pod) {
        List<SpreadConstraint> constraints = new ArrayList<>();
        for (JsonNode node : pod.at("spec", "topologySpreadConstraints")) {
            constraints.add(new SpreadConstraint(
                    node.path("maxSkew").asInt(1),
                    node.path("topologyKey").asText(),
                    !node.path("whenUnsatisfiable").asText().equals("ScheduleAnyway"),
                    PodTerm.withOwn(
                            LabelSelector.fromJson(node.path("labelSelector")),
                            node.path("matchLabelKeys"),
                            Operator.IN,
                            pod.labels()),
                    node.path("minDomains").asInt(1),
                    !node.path("nodeAffinityPolicy").asText().equals("Ignore"),
                    node.path("nodeTaintsPolicy").asText().equals("Honor")));
        }
        return constraints;
    }
}
