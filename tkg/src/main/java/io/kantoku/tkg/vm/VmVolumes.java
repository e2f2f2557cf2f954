package io.kantoku.tkg.vm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.vsphere.VirtualDisks;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VsphereException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Gives a machine the disks of the claims that its {@code spec.volumes} names, and takes those from it that are not named any more.
 * What came of it stands in {@code status.volumes}.
 */
final class VmVolumes {
    private final Caches caches;
    private final VirtualDisks disks;

    VmVolumes(Caches caches, VirtualDisks disks) {
        this.caches = caches;
        this.disks = disks;
    }

    /**
     * Does it, and writes the status into {@code changed}.
     *
     * @return whether all that is named is attached; what is not is tried again
     */
    boolean follow(KubeObject changed, VirtualMachine vm) {
        JsonNode wanted = changed.at("spec", "volumes");
        if (wanted.isEmpty() && changed.at("status", "volumes").isEmpty()) {
            return true;
        }
        ArrayNode status = changed.json().arrayNode();
        Set<UUID> kept = new HashSet<>();
        boolean complete = true;
        for (JsonNode volume : wanted) {
            Optional<UUID> disk = disk(
                    changed.namespace(),
                    volume.path("persistentVolumeClaim").path("claimName").asText());
            disk.ifPresent(kept::add);
        }
        disks.list().stream()
                .filter(disk -> disk.attachedTo().equals(Optional.of(vm.id())) && !kept.contains(disk.id()))
                .forEach(disk -> disks.detach(disk.id(), vm.id()));
        for (JsonNode volume : wanted) {
            String claim =
                    volume.path("persistentVolumeClaim").path("claimName").asText();
            String error = attach(changed.namespace(), claim, vm);
            var entry =
                    status.addObject().put("name", volume.path("name").asText()).put("attached", error.isEmpty());
            disk(changed.namespace(), claim).ifPresent(disk -> entry.put("diskUUID", disk.toString()));
            if (!error.isEmpty()) {
                entry.put("error", error);
                complete = false;
            }
        }
        changed.status().set("volumes", status);
        return complete;
    }

    private static Optional<UUID> id(String handle) {
        try {
            return Optional.of(UUID.fromString(handle));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // a volume of somebody else
        }
    }

    /** Whether the machine shall have the claim's disk. */
    static boolean names(KubeObject vm, String claim) {
        for (JsonNode volume : vm.at("spec", "volumes")) {
            if (volume.path("persistentVolumeClaim").path("claimName").asText().equals(claim)) {
                return true;
            }
        }
        return false;
    }

    /** @return why it cannot be attached now, {@code ""} when it is */
    private String attach(String namespace, String claim, VirtualMachine vm) {
        Optional<UUID> disk = disk(namespace, claim);
        if (disk.isEmpty()) {
            return "the claim '" + claim + "' of namespace " + namespace
                    + " has no disk: it is not there, or not bound to a volume of this driver";
        }
        try {
            disks.attach(disk.get(), vm.id());
            return "";
        } catch (VsphereException e) {
            return e.code() + ": " + e.getMessage();
        }
    }

    private Optional<UUID> disk(String namespace, String claim) {
        return caches.claims
                .find(namespace, claim)
                .filter(object -> object.text("status", "phase").equals("Bound"))
                .flatMap(object -> caches.volumes.find(
                        ClusterId.SUPERVISOR, NamespacedName.clusterScoped(object.text("spec", "volumeName"))))
                .flatMap(volume -> id(volume.text("spec", "csi", "volumeHandle")))
                .filter(id -> disks.find(id).isPresent());
    }
}
