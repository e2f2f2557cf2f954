package io.kantoku.supervisor.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import java.util.Map;

/** How many nodes of a guest cluster are ready, by the status of its TanzuKubernetesCluster. Pure. */
record GuestNodes(long masters, long workers) {
    static GuestNodes of(KubeObject tkc) {
        long masters = 0;
        long workers = 0;
        for (Map.Entry<String, JsonNode> node : tkc.at("status", "nodeStatus").properties()) {
            if (node.getValue().asText().equals("ready")) {
                if (node.getKey().startsWith(tkc.name() + "-control-plane-")) {
                    masters++;
                } else {
                    workers++;
                }
            }
        }
        return new GuestNodes(masters, workers);
    }
}
