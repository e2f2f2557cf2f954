package io.kantoku.controllers.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.controllers.Pods;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which attachments of one volume are to be made and which are to end. Pure.
 *
 * @param make nodes that the volume is to be attached to
 * @param end attachments that no pod needs any more
 * @param held pods that cannot have the volume on their node while pods on another one use it
 */
record Attachments(Set<String> make, List<KubeObject> end, List<KubeObject> held) {
    private static final GroupVersionKind ATTACHMENT = new GroupVersionKind("storage.k8s.io", "v1", "VolumeAttachment");
    private static final Pattern NAME = Pattern.compile("csi-[0-9a-f]{64}");
    private static final Set<String> ONE_NODE = Set.of("ReadWriteOnce", "ReadWriteOncePod");

    /**
     * @param users pods that are bound to a node, have not ended, and use the volume
     * @param present the volume's attachments
     */
    static Attachments plan(KubeObject volume, List<KubeObject> users, List<KubeObject> present) {
        Set<String> used = new TreeSet<>();
        users.forEach(pod -> used.add(Pods.nodeName(pod)));
        List<KubeObject> end = present.stream()
                .filter(attachment -> attachment.deleting() || !used.contains(node(attachment)))
                .toList();
        Set<String> attached = new TreeSet<>();
        present.forEach(attachment -> attached.add(node(attachment)));
        Set<String> make = new TreeSet<>();
        List<KubeObject> held = new ArrayList<>();
        for (KubeObject pod : users) {
            String node = Pods.nodeName(pod);
            boolean wanted = !pod.deleting() && !attached.contains(node) && !make.contains(node);
            if (wanted && (!exclusive(volume) || (attached.isEmpty() && make.isEmpty()))) {
                make.add(node);
            } else if (wanted) {
                held.add(pod);
            }
        }
        return new Attachments(make, end, held);
    }

    /** Whether one node at a time can have the volume. */
    private static boolean exclusive(KubeObject volume) {
        for (JsonNode mode : volume.at("spec", "accessModes")) {
            if (!ONE_NODE.contains(mode.asText())) {
                return false;
            }
        }
        return true;
    }

    /** Whether an attachment is one of those that are made here; what others make is theirs to end. */
    static boolean isMade(KubeObject attachment) {
        return NAME.matcher(attachment.name()).matches();
    }

    static String node(KubeObject attachment) {
        return attachment.text("spec", "nodeName");
    }

    /** The attachment of a volume to a node, by the name that upstream's CSI plug-in gives it and looks for. */
    static KubeObject attachment(KubeObject volume, String node) {
        String driver = volume.text("spec", "csi", "driver");
        KubeObject attachment = KubeObject.create(
                ATTACHMENT, "", "csi-" + hash(volume.text("spec", "csi", "volumeHandle") + driver + node));
        attachment
                .spec()
                .put("attacher", driver)
                .put("nodeName", node)
                .putObject("source")
                .put("persistentVolumeName", volume.name());
        return attachment;
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Says in a node's status whether the volume is attached to it; whether that changed anything. */
    static boolean report(KubeObject node, KubeObject volume, boolean attached) {
        String name = "kubernetes.io/csi/" + volume.text("spec", "csi", "driver") + "^"
                + volume.text("spec", "csi", "volumeHandle");
        ArrayNode volumes = node.status().withArrayProperty("volumesAttached");
        for (int i = 0; i < volumes.size(); i++) {
            if (volumes.get(i).path("name").asText().equals(name)) {
                if (!attached) {
                    volumes.remove(i);
                }
                return !attached;
            }
        }
        if (attached) {
            volumes.addObject().put("name", name).put("devicePath", "");
        }
        return attached;
    }
}
