package io.kantoku.controllers.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Resources;
import java.util.ArrayList;
import java.util.List;

/**
 * The volumes that a pod waits for.
 *
 * @param problem why the pod cannot be placed at all, {@code ""} when it can
 * @param toPlace claims that are bound only once a node is chosen, and have none chosen yet
 * @param pending whether a node was chosen and the volumes are not there yet
 * @param reach the node terms of bound volumes that not every node can reach
 */
record Claims(String problem, List<KubeObject> toPlace, boolean pending, List<List<NodeSelection.Term>> reach) {
    static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

    static Claims of(KubeClient client, KubeObject pod) {
        List<KubeObject> toPlace = new ArrayList<>();
        List<List<NodeSelection.Term>> reach = new ArrayList<>();
        boolean pending = false;
        for (JsonNode volume : pod.at("spec", "volumes")) {
            String name = volume.has("ephemeral")
                    ? pod.name() + "-" + volume.path("name").asText()
                    : volume.path("persistentVolumeClaim").path("claimName").asText("");
            if (name.isEmpty()) {
                continue;
            }
            KubeObject claim = client.find(
                            Resources.PERSISTENT_VOLUME_CLAIMS, new NamespacedName(pod.namespace(), name))
                    .orElse(null);
            if (claim == null) {
                return new Claims("persistentvolumeclaim \"" + name + "\" not found", List.of(), false, List.of());
            }
            if (claim.deleting()) {
                return new Claims(
                        "persistentvolumeclaim \"" + name + "\" is being deleted", List.of(), false, List.of());
            }
            if (claim.text("status", "phase").equals("Bound")) {
                reach(client, claim, reach);
                continue;
            }
            if (!waitsForConsumer(client, claim)) {
                return new Claims("pod has unbound immediate PersistentVolumeClaims", List.of(), false, List.of());
            }
            if (claim.annotations().containsKey(SELECTED_NODE)) {
                pending = true;
            } else {
                toPlace.add(claim);
            }
        }
        return new Claims("", toPlace, pending, reach);
    }

    private static void reach(KubeClient client, KubeObject claim, List<List<NodeSelection.Term>> reach) {
        List<NodeSelection.Term> terms = new ArrayList<>();
        client.find(Resources.PERSISTENT_VOLUMES, NamespacedName.clusterScoped(claim.text("spec", "volumeName")))
                .ifPresent(volume -> volume.at("spec", "nodeAffinity", "required", "nodeSelectorTerms")
                        .forEach(term -> terms.add(NodeSelection.term(term))));
        if (!terms.isEmpty()) {
            reach.add(terms);
        }
    }

    private static boolean waitsForConsumer(KubeClient client, KubeObject claim) {
        String storageClass = claim.text("spec", "storageClassName");
        return !storageClass.isEmpty()
                && client.find(Resources.STORAGE_CLASSES, NamespacedName.clusterScoped(storageClass))
                        .filter(found -> found.text("volumeBindingMode").equals("WaitForFirstConsumer"))
                        .isPresent();
    }
}
