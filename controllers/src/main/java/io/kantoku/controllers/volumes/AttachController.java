package io.kantoku.controllers.volumes;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Pods;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Has CSI volumes attached to the nodes whose pods use them, and detached when none does any more (upstream's attach-detach controller).
 * Requests name volumes. A kubelet removes a pod only when nothing of it is mounted any more, so that the end of the last pod is the end
 * of the use; nobody waits for {@code volumesInUse}.
 */
public final class AttachController implements Reconciler {
    private final Clusters clusters;
    private final Events events;

    public AttachController(Clusters clusters, InstantSource clock) {
        this.clusters = clusters;
        events = new Events(clusters, "attachdetach-controller", clock);
    }

    /** Leads from a pod that has come to a node, or ended there, to its volumes. */
    public Mapper pods() {
        Mapper volumes = (cluster, pod, previous) -> Pods.nodeName(pod).isEmpty() ? List.of() : volumes(cluster, pod);
        return volumes.whenChanged((before, after) -> !Pods.nodeName(before).equals(Pods.nodeName(after))
                || Pods.isTerminal(before) != Pods.isTerminal(after)
                || before.deleting() != after.deleting());
    }

    private List<Request> volumes(ClusterId cluster, KubeObject pod) {
        List<Request> volumes = new ArrayList<>();
        for (String name : ClaimProtection.names(pod)) {
            clusters.cluster(cluster)
                    .find(Resources.PERSISTENT_VOLUME_CLAIMS, new NamespacedName(pod.namespace(), name))
                    .map(claim -> claim.text("spec", "volumeName"))
                    .filter(volume -> !volume.isEmpty())
                    .ifPresent(volume -> volumes.add(new Request(cluster, NamespacedName.clusterScoped(volume))));
        }
        return volumes;
    }

    /** Leads from an attachment to its volume. */
    public static Mapper attachments() {
        return Mapper.of(attachment ->
                List.of(NamespacedName.clusterScoped(attachment.text("spec", "source", "persistentVolumeName"))));
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        List<KubeObject> present = Clients.list(client, Resources.VOLUME_ATTACHMENTS, Query.all()).stream()
                .filter(attachment -> Attachments.isMade(attachment)
                        && attachment
                                .text("spec", "source", "persistentVolumeName")
                                .equals(request.name().name()))
                .toList();
        Optional<KubeObject> found =
                client.find(Resources.PERSISTENT_VOLUMES, request.name()).filter(this::isCsi);
        if (found.isEmpty()) {
            present.forEach(attachment -> delete(client, attachment));
            return Result.done();
        }
        KubeObject volume = found.get();
        if (present.isEmpty() && !needsAttachment(client, volume)) {
            return Result.done();
        }
        List<KubeObject> users = users(client, volume);
        Attachments plan = Attachments.plan(volume, users, present);
        for (KubeObject attachment : plan.end()) {
            report(client, volume, Attachments.node(attachment), false);
            delete(client, attachment);
        }
        plan.make().forEach(node -> create(client, Attachments.attachment(volume, node)));
        held(client.cluster(), volume, users, plan.held());
        for (KubeObject attachment : present) {
            if (!plan.end().contains(attachment)) {
                follow(client, volume, attachment, users);
            }
        }
        return Result.done();
    }

    private boolean isCsi(KubeObject volume) {
        return !volume.text("spec", "csi", "driver").isEmpty();
    }

    private static boolean needsAttachment(KubeClient client, KubeObject volume) {
        return client.find(Resources.CSI_DRIVERS, NamespacedName.clusterScoped(volume.text("spec", "csi", "driver")))
                .map(driver -> driver.at("spec", "attachRequired").asBoolean(true))
                .orElse(true);
    }

    /** The pods on nodes that use the volume. */
    private static List<KubeObject> users(KubeClient client, KubeObject volume) {
        String namespace = volume.text("spec", "claimRef", "namespace");
        String claim = volume.text("spec", "claimRef", "name");
        return claim.isEmpty()
                ? List.of()
                : Clients.list(client, Resources.PODS, Query.in(namespace)).stream()
                        .filter(pod -> !Pods.nodeName(pod).isEmpty()
                                && !Pods.isTerminal(pod)
                                && ClaimProtection.names(pod).contains(claim))
                        .toList();
    }

    private static void create(KubeClient client, KubeObject attachment) {
        try {
            client.create(Resources.VOLUME_ATTACHMENTS, attachment);
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
        }
    }

    private static void delete(KubeClient client, KubeObject attachment) {
        if (!attachment.deleting()) {
            Clients.delete(client, Resources.VOLUME_ATTACHMENTS, attachment, DeleteOptions.background());
        }
    }

    private void held(ClusterId cluster, KubeObject volume, List<KubeObject> users, List<KubeObject> held) {
        for (KubeObject pod : held) {
            String others = users.stream()
                    .filter(user -> !Pods.nodeName(user).equals(Pods.nodeName(pod)) && !held.contains(user))
                    .map(KubeObject::name)
                    .collect(Collectors.joining(", "));
            if (!others.isEmpty()) {
                events.warning(
                        cluster,
                        pod,
                        "FailedAttachVolume",
                        "Multi-Attach error for volume \"" + volume.name() + "\" Volume is already used by pod(s) "
                                + others);
            }
        }
    }

    /** Tells the node and the pods what has become of an attachment. */
    private void follow(KubeClient client, KubeObject volume, KubeObject attachment, List<KubeObject> users) {
        String node = Attachments.node(attachment);
        List<KubeObject> waiting =
                users.stream().filter(pod -> Pods.nodeName(pod).equals(node)).toList();
        String error = attachment.text("status", "attachError", "message");
        if (attachment.at("status", "attached").asBoolean()) {
            if (report(client, volume, node, true)) {
                waiting.forEach(pod -> events.normal(
                        client.cluster(),
                        pod,
                        "SuccessfulAttachVolume",
                        "AttachVolume.Attach succeeded for volume \"" + volume.name() + "\" "));
            }
        } else if (!error.isEmpty()) {
            waiting.forEach(pod -> events.warning(
                    client.cluster(),
                    pod,
                    "FailedAttachVolume",
                    "AttachVolume.Attach failed for volume \"" + volume.name() + "\" : " + error));
        }
    }

    private static boolean report(KubeClient client, KubeObject volume, String name, boolean attached) {
        KubeObject node = client.find(Resources.NODES, NamespacedName.clusterScoped(name))
                .map(KubeObject::copy)
                .orElse(null);
        if (node == null || !Attachments.report(node, volume, attached)) {
            return false;
        }
        client.updateStatus(Resources.NODES, node);
        return true;
    }
}
