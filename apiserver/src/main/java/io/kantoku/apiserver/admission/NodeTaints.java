package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupResource;

/** New nodes take no pods before a controller has found them ready (upstream's TaintNodesByCondition). */
public final class NodeTaints implements AdmissionPlugin {
    private static final GroupResource NODES = new GroupResource("", "nodes");
    private static final String NOT_READY = "node.kubernetes.io/not-ready";

    @Override
    public void mutate(AdmissionRequest request) {
        ObjectNode node = request.object();
        if (node == null || !request.creates() || !request.type().name().equals(NODES)) {
            return;
        }
        ArrayNode taints = node.withObjectProperty("spec").withArrayProperty("taints");
        for (JsonNode taint : taints) {
            if (taint.path("key").asText().equals(NOT_READY)
                    && taint.path("effect").asText().equals("NoSchedule")) {
                return;
            }
        }
        taints.addObject().put("key", NOT_READY).put("effect", "NoSchedule");
    }
}
