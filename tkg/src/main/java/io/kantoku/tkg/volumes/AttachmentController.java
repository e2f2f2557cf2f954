package io.kantoku.tkg.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Controller;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.client.Timestamps;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Labels;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings the disks of guests' volumes to the machines of their nodes (external-attacher). Requests name VolumeAttachments. What a
 * machine shall have stands in its VirtualMachine's {@code spec.volumes}, and what it has in the status.
 */
final class AttachmentController {
    private static final String FINALIZER = "external-attacher/csi-vsphere-vmware-com";

    private final Caches caches;
    private final Drivers drivers;
    private final InstantSource clock;

    AttachmentController(Caches caches, Drivers drivers, InstantSource clock) {
        this.caches = caches;
        this.drivers = drivers;
        this.clock = clock;
    }

    Controller controller() {
        return Controller.named("volume-attacher")
                .kind("VolumeAttachment")
                .concurrency(8)
                .reconciler(this::reconcile)
                .watches(caches.attachments.resource(), caches.attachments, Mapper.self())
                .watches(caches.vms.resource(), caches.vms, this::ofMachine)
                .observes(caches.volumes.resource(), caches.volumes)
                .observes(caches.claims.resource(), caches.claims)
                .observes(caches.clusters.resource(), caches.clusters)
                .observes(caches.tanzuClusters.resource(), caches.tanzuClusters)
                .build();
    }

    private Collection<Request> ofMachine(ClusterId cluster, KubeObject vm, @Nullable KubeObject previous) {
        return caches.idOf(vm.namespace(), vm.labels().getOrDefault(Labels.VM_CLUSTER, ""))
                .map(guest -> caches.attachmentsOn(guest, vm.name()).stream()
                        .map(attachment -> new Request(guest, attachment.namespacedName()))
                        .toList())
                .orElse(List.of());
    }

    private Result reconcile(Request request) {
        ClusterId guest = request.cluster();
        Optional<KubeObject> found = caches.attachments
                .find(guest, request.name())
                .filter(object -> object.text("spec", "attacher").equals(VolumeObjects.DRIVER));
        Optional<KubeObject> tkc = drivers.guests().tkc(guest);
        if (found.isEmpty() || tkc.isEmpty()) {
            return Result.done();
        }
        KubeObject attachment = found.get();
        Optional<KubeObject> vm = caches.vms
                .find(tkc.get().namespace(), attachment.text("spec", "nodeName"))
                .filter(object -> object.labels()
                        .getOrDefault(Labels.VM_CLUSTER, "")
                        .equals(tkc.get().name()));
        String handle = caches.volumes
                .find(guest, NamespacedName.clusterScoped(attachment.text("spec", "source", "persistentVolumeName")))
                .filter(VolumeObjects::isOfDriver)
                .map(VolumeObjects::handle)
                .orElse("");
        if (attachment.deleting()) {
            detach(guest, attachment, vm, handle);
            return Result.done();
        }
        KubeObject held = caches.attachments.withFinalizer(guest, attachment, FINALIZER);
        if (vm.isEmpty()) {
            failed(guest, held, "there is no machine of node " + held.text("spec", "nodeName"));
        } else if (drivers.guests().claim(tkc.get(), handle).isEmpty()) {
            failed(
                    guest,
                    held,
                    "volume '" + handle + "' is not one that this cluster has made; its volumeHandle names a claim of"
                            + " this cluster on the Supervisor");
        } else {
            attach(guest, held, vm.get(), handle);
        }
        return Result.done();
    }

    private void attach(ClusterId guest, KubeObject attachment, KubeObject vm, String handle) {
        if (entry(vm.at("spec", "volumes"), handle).isEmpty()) {
            KubeObject changed = vm.copy();
            changed.spec()
                    .withArrayProperty("volumes")
                    .addObject()
                    .put("name", handle)
                    .putObject("persistentVolumeClaim")
                    .put("claimName", handle);
            caches.vms.update(changed);
            return;
        }
        JsonNode state =
                entry(vm.at("status", "volumes"), handle).orElse(vm.json().objectNode());
        String error = state.path("error").asText("");
        if (state.path("attached").asBoolean()) {
            KubeObject changed = attachment.copy();
            ObjectNode status = changed.status();
            status.removeAll();
            status.put("attached", true)
                    .putObject("attachmentMetadata")
                    .put("diskUUID", state.path("diskUUID").asText())
                    .put("type", "vSphere CNS Block Volume");
            caches.attachments.updateStatus(guest, changed);
        } else if (!error.isEmpty()) {
            failed(guest, attachment, error);
        }
    }

    private void detach(ClusterId guest, KubeObject attachment, Optional<KubeObject> vm, String handle) {
        if (vm.isPresent() && !vm.get().deleting() && !handle.isEmpty()) {
            if (entry(vm.get().at("spec", "volumes"), handle).isPresent()) {
                KubeObject changed = vm.get().copy();
                ArrayNode volumes = changed.spec().withArrayProperty("volumes");
                for (int i = volumes.size() - 1; i >= 0; i--) {
                    if (volumes.get(i).path("name").asText().equals(handle)) {
                        volumes.remove(i);
                    }
                }
                caches.vms.update(changed);
                return;
            }
            if (entry(vm.get().at("status", "volumes"), handle).isPresent()) {
                return; // the machine's status leads here again
            }
        }
        caches.attachments.removeFinalizer(guest, attachment, FINALIZER);
    }

    private static Optional<JsonNode> entry(JsonNode volumes, String name) {
        for (JsonNode volume : volumes) {
            if (volume.path("name").asText().equals(name)) {
                return Optional.of(volume);
            }
        }
        return Optional.empty();
    }

    private void failed(ClusterId guest, KubeObject attachment, String message) {
        if (attachment.text("status", "attachError", "message").equals(message)) {
            return;
        }
        KubeObject changed = attachment.copy();
        changed.status()
                .put("attached", false)
                .putObject("attachError")
                .put("message", message)
                .put("time", Timestamps.seconds(clock.instant()));
        caches.attachments.updateStatus(guest, changed);
    }
}
