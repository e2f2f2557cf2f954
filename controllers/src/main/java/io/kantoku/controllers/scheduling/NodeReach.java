package io.kantoku.controllers.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Resources;
import java.util.Map;
import java.util.Optional;

/** Which nodes a volume can be used on. */
public final class NodeReach {
    private NodeReach() {}

    /** Whether a volume can be used on a node; {@code ""} is a node that is not known yet. */
    public static boolean reaches(KubeClient client, KubeObject volume, String node) {
        JsonNode terms = volume.at("spec", "nodeAffinity", "required", "nodeSelectorTerms");
        if (node.isEmpty() || terms.isEmpty()) {
            return true;
        }
        Optional<KubeObject> found = client.find(Resources.NODES, NamespacedName.clusterScoped(node));
        Map<String, String> labels = found.map(KubeObject::labels).orElse(Map.of());
        for (JsonNode term : terms) {
            if (NodeSelection.term(term).matches(node, labels)) {
                return true;
            }
        }
        return false;
    }
}
