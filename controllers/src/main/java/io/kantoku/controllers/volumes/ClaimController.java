package io.kantoku.controllers.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.scheduling.NodeReach;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Binds claims to volumes, or says what a claim waits for. */
public final class ClaimController implements Reconciler {
    static final String COMPLETED = "pv.kubernetes.io/bind-completed";
    static final String BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
    private static final String PROVISIONER = "volume.kubernetes.io/storage-provisioner";
    private static final String BETA_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner";
    private static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";
    private static final String NONE = "kubernetes.io/no-provisioner";

    private final Clusters clusters;
    private final Events events;

    public ClaimController(Clusters clusters, InstantSource clock) {
        this.clusters = clusters;
        events = new Events(clusters, "persistentvolume-controller", clock);
    }

    /** Leads from a volume to the claim that it is reserved for, or to those that wait for one of its class. */
    public Mapper volumes() {
        return (cluster, volume, previous) -> {
            JsonNode reference = volume.at("spec", "claimRef");
            if (!reference.isMissingNode()) {
                return List.of(new Request(
                        cluster,
                        new NamespacedName(
                                reference.path("namespace").asText(),
                                reference.path("name").asText())));
            }
            return Mapper.isDeletion(volume, previous)
                    ? List.of()
                    : waiting(cluster, volume.text("spec", "storageClassName"));
        };
    }

    /** Leads from a storage class to the claims that wait for it. */
    public Mapper classes() {
        return (cluster, storageClass, previous) -> waiting(cluster, storageClass.name());
    }

    private List<Request> waiting(ClusterId cluster, String storageClass) {
        List<Request> waiting = new ArrayList<>();
        for (KubeObject claim :
                Clients.list(clusters.cluster(cluster), Resources.PERSISTENT_VOLUME_CLAIMS, Query.all())) {
            if (claim.text("spec", "volumeName").isEmpty()
                    && claim.text("spec", "storageClassName").equals(storageClass)) {
                waiting.add(new Request(cluster, claim.namespacedName()));
            }
        }
        return waiting;
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject claim =
                client.find(Resources.PERSISTENT_VOLUME_CLAIMS, request.name()).orElse(null);
        if (claim == null || claim.deleting()) {
            return Result.done();
        }
        String name = claim.text("spec", "volumeName");
        if (!name.isEmpty()) {
            named(client, claim, name);
            return Result.done();
        }
        List<KubeObject> volumes = Clients.list(client, Resources.PERSISTENT_VOLUMES, Query.all());
        Optional<KubeObject> storageClass = storageClass(client, claim);
        boolean waits = storageClass
                .filter(found -> found.text("volumeBindingMode").equals("WaitForFirstConsumer"))
                .isPresent();
        String node = claim.annotations().getOrDefault(SELECTED_NODE, "");
        if (waits && node.isEmpty() && volumes.stream().noneMatch(volume -> VolumeMatch.isFor(volume, claim))) {
            events.normal(
                    request.cluster(),
                    claim,
                    "WaitForFirstConsumer",
                    "waiting for first consumer to be created before binding");
            return Result.done();
        }
        Optional<KubeObject> chosen =
                VolumeMatch.choose(claim, volumes, volume -> NodeReach.reaches(client, volume, node));
        if (chosen.isPresent()) {
            bind(client, claim, chosen.get());
        } else {
            ask(client, claim, storageClass);
        }
        return Result.done();
    }

    private static Optional<KubeObject> storageClass(KubeClient client, KubeObject claim) {
        String name = claim.text("spec", "storageClassName");
        return name.isEmpty()
                ? Optional.empty()
                : client.find(Resources.STORAGE_CLASSES, NamespacedName.clusterScoped(name));
    }

    /** A claim that names its volume: bound when the volume is its own, lost when that is gone. */
    private void named(KubeClient client, KubeObject claim, String name) {
        Optional<KubeObject> volume = client.find(Resources.PERSISTENT_VOLUMES, NamespacedName.clusterScoped(name));
        if (volume.isPresent()) {
            JsonNode reference = volume.get().at("spec", "claimRef");
            if (reference.isMissingNode() || VolumeMatch.isFor(volume.get(), claim)) {
                bind(client, claim, volume.get());
            } else if (claim.annotations().containsKey(COMPLETED)) {
                lost(
                        client,
                        claim,
                        "ClaimMisbound",
                        "Two claims are bound to the same volume, this one is bound incorrectly");
            }
        } else if (claim.annotations().containsKey(COMPLETED)) {
            lost(client, claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
        }
    }

    private void lost(KubeClient client, KubeObject claim, String reason, String message) {
        if (!claim.text("status", "phase").equals("Lost")) {
            KubeObject next = claim.copy();
            next.status().put("phase", "Lost");
            Clients.updateStatus(client, Resources.PERSISTENT_VOLUME_CLAIMS, claim, next);
            events.warning(client.cluster(), claim, reason, message);
        }
    }

    /** The volume first, then the claim: a crash in between is finished by the next look. */
    private static void bind(KubeClient client, KubeObject claim, KubeObject volume) {
        KubeObject taken = reserve(client, claim, volume);
        KubeObject next = claim.copy();
        boolean chosen = claim.text("spec", "volumeName").isEmpty();
        next.spec().put("volumeName", taken.name());
        next.annotate(COMPLETED, "yes");
        if (chosen) {
            next.annotate(BY_CONTROLLER, "yes");
        }
        KubeObject stored = next.equals(claim) ? claim : client.update(Resources.PERSISTENT_VOLUME_CLAIMS, next);
        KubeObject status = stored.copy();
        status.status().put("phase", "Bound");
        status.status().set("accessModes", taken.at("spec", "accessModes").deepCopy());
        ObjectNode capacity = status.status().putObject("capacity");
        capacity.put("storage", taken.text("spec", "capacity", "storage"));
        Clients.updateStatus(client, Resources.PERSISTENT_VOLUME_CLAIMS, stored, status);
    }

    private static KubeObject reserve(KubeClient client, KubeObject claim, KubeObject volume) {
        KubeObject next = volume.copy();
        boolean chosen = volume.at("spec", "claimRef").isMissingNode();
        if (volume.text("spec", "claimRef", "uid").isEmpty()) {
            next.spec()
                    .putObject("claimRef")
                    .put("apiVersion", "v1")
                    .put("kind", "PersistentVolumeClaim")
                    .put("namespace", claim.namespace())
                    .put("name", claim.name())
                    .put("uid", claim.uid())
                    .put("resourceVersion", claim.resourceVersion());
            if (chosen) {
                next.annotate(BY_CONTROLLER, "yes");
            }
            return client.update(Resources.PERSISTENT_VOLUMES, next);
        }
        return volume;
    }

    /** There is no volume: leave it to the class's provisioner, or say why there will be none. */
    private void ask(KubeClient client, KubeObject claim, Optional<KubeObject> storageClass) {
        String name = claim.text("spec", "storageClassName");
        if (name.isEmpty()) {
            events.normal(
                    client.cluster(),
                    claim,
                    "FailedBinding",
                    "no persistent volumes available for this claim and no storage class is set");
            return;
        }
        if (storageClass.isEmpty()) {
            events.warning(
                    client.cluster(),
                    claim,
                    "ProvisioningFailed",
                    "storageclass.storage.k8s.io \"" + name + "\" not found");
            return;
        }
        String provisioner = storageClass.get().text("provisioner");
        if (provisioner.equals(NONE)) {
            events.normal(
                    client.cluster(),
                    claim,
                    "FailedBinding",
                    "no persistent volumes available for this claim and its storage class has no provisioner");
            return;
        }
        if (!claim.annotations().getOrDefault(PROVISIONER, "").equals(provisioner)) {
            KubeObject next = claim.copy();
            next.annotate(PROVISIONER, provisioner).annotate(BETA_PROVISIONER, provisioner);
            try {
                client.update(Resources.PERSISTENT_VOLUME_CLAIMS, next);
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    throw e;
                }
            }
        }
        events.normal(
                client.cluster(),
                claim,
                "ExternalProvisioning",
                "Waiting for a volume to be created either by the external provisioner '" + provisioner
                        + "' or manually by the system administrator. If volume creation is delayed, please verify that"
                        + " the provisioner is running and correctly registered.");
    }
}
