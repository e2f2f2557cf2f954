package io.kantoku.controllers.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.OwnerReference;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Pods;
import io.kantoku.controllers.volumes.ClaimProtection;
import io.kantoku.controllers.volumes.VolumeMatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The volumes that a pod waits for.
 *
 * @param problem why the pod cannot be placed at all, {@code ""} when it can
 * @param toPlace claims that are bound only once a node is chosen, and have none chosen yet
 * @param pending whether a node was chosen and the volumes are not there yet
 * @param needs what the volumes ask of the node
 */
record Claims(String problem, List<KubeObject> toPlace, boolean pending, VolumeNeeds needs) {
    static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";
    private static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";

    private static Claims impossible(String problem) {
        return new Claims(problem, List.of(), false, VolumeNeeds.NONE);
    }

    static Claims of(KubeClient client, KubeObject pod) {
        List<KubeObject> toPlace = new ArrayList<>();
        List<List<NodeSelection.Term>> reach = new ArrayList<>();
        List<VolumeNeeds.Unbound> unbound = new ArrayList<>();
        boolean pending = false;
        boolean taken = false;
        for (JsonNode volume : pod.at("spec", "volumes")) {
            boolean ephemeral = volume.has("ephemeral");
            String name = ephemeral
                    ? pod.name() + "-" + volume.path("name").asText()
                    : volume.path("persistentVolumeClaim").path("claimName").asText("");
            if (name.isEmpty()) {
                continue;
            }
            KubeObject claim = client.find(
                            Resources.PERSISTENT_VOLUME_CLAIMS, new NamespacedName(pod.namespace(), name))
                    .orElse(null);
            String problem = problem(pod, name, claim, ephemeral);
            if (claim == null || !problem.isEmpty()) {
                return impossible(problem);
            }
            taken |= onlyForOne(claim) && usedByAnother(client, pod, name);
            if (claim.text("status", "phase").equals("Bound")) {
                reach(client, claim, reach);
                continue;
            }
            Optional<KubeObject> storageClass = storageClass(client, claim);
            if (storageClass
                    .filter(found -> found.text("volumeBindingMode").equals("WaitForFirstConsumer"))
                    .isEmpty()) {
                return impossible("pod has unbound immediate PersistentVolumeClaims");
            }
            if (claim.annotations().containsKey(SELECTED_NODE)) {
                pending = true;
            } else {
                toPlace.add(claim);
                unbound.add(unbound(client, claim, storageClass.get()));
            }
        }
        return new Claims("", toPlace, pending, new VolumeNeeds(reach, unbound, taken));
    }

    private static boolean onlyForOne(KubeObject claim) {
        return claim.at("spec", "accessModes")
                .valueStream()
                .anyMatch(mode -> mode.asText().equals("ReadWriteOncePod"));
    }

    /** Whether a pod that has a node, and has not ended, uses a claim. */
    private static boolean usedByAnother(KubeClient client, KubeObject pod, String claim) {
        return Clients.list(client, Resources.PODS, Query.in(pod.namespace())).stream()
                .anyMatch(other -> !other.uid().equals(pod.uid())
                        && !Pods.nodeName(other).isEmpty()
                        && !Pods.isTerminal(other)
                        && ClaimProtection.names(other).contains(claim));
    }

    private static String problem(KubeObject pod, String name, @Nullable KubeObject claim, boolean ephemeral) {
        if (claim == null) {
            return ephemeral
                    ? "waiting for ephemeral volume controller to create the persistentvolumeclaim \"" + name + "\""
                    : "persistentvolumeclaim \"" + name + "\" not found";
        }
        if (claim.text("status", "phase").equals("Lost")) {
            return "persistentvolumeclaim \"" + name + "\" bound to non-existent persistentvolume \""
                    + claim.text("spec", "volumeName") + "\"";
        }
        if (claim.deleting()) {
            return "persistentvolumeclaim \"" + name + "\" is being deleted";
        }
        boolean owned = claim.controller()
                .map(OwnerReference::uid)
                .filter(pod.uid()::equals)
                .isPresent();
        return ephemeral && !owned
                ? "PVC " + pod.namespace() + "/" + name + " was not created for pod " + pod.namespace() + "/"
                        + pod.name() + " (pod is not owner)"
                : "";
    }

    private static void reach(KubeClient client, KubeObject claim, List<List<NodeSelection.Term>> reach) {
        client.find(Resources.PERSISTENT_VOLUMES, NamespacedName.clusterScoped(claim.text("spec", "volumeName")))
                .map(Claims::terms)
                .filter(terms -> !terms.isEmpty())
                .ifPresent(reach::add);
    }

    private static List<NodeSelection.Term> terms(KubeObject volume) {
        List<NodeSelection.Term> terms = new ArrayList<>();
        volume.at("spec", "nodeAffinity", "required", "nodeSelectorTerms")
                .forEach(term -> terms.add(NodeSelection.term(term)));
        return terms;
    }

    private static VolumeNeeds.Unbound unbound(KubeClient client, KubeObject claim, KubeObject storageClass) {
        List<KubeObject> volumes = Clients.list(client, Resources.PERSISTENT_VOLUMES, Query.all());
        List<VolumeNeeds.Candidate> candidates = VolumeMatch.free(claim, volumes).stream()
                .map(volume -> new VolumeNeeds.Candidate(volume.name(), terms(volume)))
                .toList();
        List<NodeSelection.Term> topologies = new ArrayList<>();
        for (JsonNode term : storageClass.at("allowedTopologies")) {
            List<NodeSelection.Requirement> labels = new ArrayList<>();
            for (JsonNode expression : term.path("matchLabelExpressions")) {
                Set<String> values = new HashSet<>();
                expression.path("values").forEach(value -> values.add(value.asText()));
                labels.add(new NodeSelection.Requirement(expression.path("key").asText(), "In", values));
            }
            topologies.add(new NodeSelection.Term(labels, List.of()));
        }
        return new VolumeNeeds.Unbound(
                candidates, !storageClass.text("provisioner").equals(NO_PROVISIONER), topologies);
    }

    private static Optional<KubeObject> storageClass(KubeClient client, KubeObject claim) {
        String name = claim.text("spec", "storageClassName");
        return name.isEmpty()
                ? Optional.empty()
                : client.find(Resources.STORAGE_CLASSES, NamespacedName.clusterScoped(name));
    }
}
