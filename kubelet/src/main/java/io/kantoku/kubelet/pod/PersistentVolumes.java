package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Resources;
import io.kantoku.kubelet.runtime.RuntimeLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * Where the volumes of a pod's claims are. A CSI volume is a disk that its VolumeAttachment names, among those that are attached to the
 * machine: a directory, which containers mount as it is, so that there is nothing to unmount.
 */
final class PersistentVolumes {
    private final KubeClient client;
    private final String node;
    private final RuntimeLayout layout;

    PersistentVolumes(KubeClient client, String node, RuntimeLayout layout) {
        this.client = client;
        this.node = node;
        this.layout = layout;
    }

    /** The name of the claim that a volume of the pod has, {@code ""} for a volume of another kind. */
    static String claim(KubeObject pod, JsonNode volume) {
        return volume.has("ephemeral")
                ? pod.name() + "-" + volume.path("name").asText()
                : volume.path("persistentVolumeClaim").path("claimName").asText();
    }

    /**
     * The volume that a claim is bound to.
     *
     * @throws IOException when it cannot be used; the message says why
     */
    KubeObject volume(KubeObject pod, String name) throws IOException {
        KubeObject claim = find(
                Resources.PERSISTENT_VOLUME_CLAIMS, "persistentvolumeclaim", new NamespacedName(pod.namespace(), name));
        String volume = claim.text("spec", "volumeName");
        if (volume.isEmpty() || !claim.text("status", "phase").equals("Bound")) {
            throw new IOException("PVC " + claim.namespacedName() + " is not bound");
        }
        return find(Resources.PERSISTENT_VOLUMES, "persistentvolume", NamespacedName.clusterScoped(volume));
    }

    private KubeObject find(GroupVersionResource resource, String kind, NamespacedName name) throws IOException {
        return client.find(resource, name)
                .orElseThrow(() -> new IOException(kind + " \"" + name.name() + "\" not found"));
    }

    /**
     * The content of a CSI volume.
     *
     * @return empty while it is not attached to the node
     */
    Optional<Path> disk(KubeObject volume) throws IOException {
        Optional<KubeObject> attachment = client.find(
                        Resources.VOLUME_ATTACHMENTS, NamespacedName.clusterScoped(attachment(volume)))
                .filter(found -> found.at("status", "attached").asBoolean() && !found.deleting());
        if (attachment.isEmpty()) {
            return Optional.empty();
        }
        String disk = attachment.get().text("status", "attachmentMetadata", "diskUUID");
        if (disk.isEmpty()) {
            throw new IOException("driver name " + volume.text("spec", "csi", "driver")
                    + " not found in the list of registered CSI drivers");
        }
        Path link = layout.attachedDisks().resolve(id(disk));
        if (!Files.isDirectory(link)) {
            throw new IOException("disk " + disk + " is not attached to node " + node);
        }
        return Optional.of(link.toRealPath());
    }

    /** Who may write attachments must not choose a path by them. */
    private static String id(String disk) throws IOException {
        try {
            return UUID.fromString(disk).toString();
        } catch (IllegalArgumentException e) {
            throw new IOException("the disk's id '" + disk + "' is not a UUID", e);
        }
    }

    /** As the attach-detach controller names it. */
    private String attachment(KubeObject volume) {
        String key = volume.text("spec", "csi", "volumeHandle") + volume.text("spec", "csi", "driver") + node;
        try {
            return "csi-"
                    + HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
