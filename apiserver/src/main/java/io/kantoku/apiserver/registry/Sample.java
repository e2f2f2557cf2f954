package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.NamespacedName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of an object that many clusters have alike, but for its uid and its times. It has been through defaults, admission and
 * validation once, so that copies need none of that ({@link Registry#plant}).
 */
public final class Sample {
    private static final String UID = "<uid>";
    private static final String TIME = "<time>";

    private final GroupResource resource;
    private final NamespacedName name;
    private final List<byte[]> pieces = new ArrayList<>();
    private final List<String> gaps = new ArrayList<>();

    private Sample(GroupResource resource, NamespacedName name, String text) {
        this.resource = resource;
        this.name = name;
        int from = 0;
        for (int at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
            for (String gap : List.of(UID, TIME)) {
                if (text.startsWith(gap, at)) {
                    pieces.add(text.substring(from, at).getBytes(StandardCharsets.UTF_8));
                    gaps.add(gap);
                    from = at + gap.length();
                }
            }
        }
        pieces.add(text.substring(from).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Takes an object for a sample.
     *
     * @param object complete, in the version in which it is stored
     */
    public static Sample of(GroupResource resource, ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        ObjectNode metadata = copy.withObjectProperty("metadata");
        String namespace = metadata.path("namespace").asText();
        NamespacedName name =
                new NamespacedName(namespace, metadata.path("name").asText());
        metadata.put("uid", UID).put("creationTimestamp", TIME);
        copy.path("status").path("conditions").forEach(condition -> mark(condition, "lastTransitionTime"));
        return new Sample(resource, name, new String(ObjectBytes.encode(copy), StandardCharsets.UTF_8));
    }

    private static void mark(JsonNode node, String field) {
        if (node instanceof ObjectNode object && object.has(field)) {
            object.put(field, TIME);
        }
    }

    public GroupResource resource() {
        return resource;
    }

    public NamespacedName name() {
        return name;
    }

    StorageKey in(ClusterId cluster) {
        return new StorageKey(cluster, resource, name);
    }

    /** A copy with a uid and a time of its own. */
    byte[] value(String uid, String time) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < pieces.size(); i++) {
            out.writeBytes(pieces.get(i));
            if (i < gaps.size()) {
                out.writeBytes((gaps.get(i).equals(UID) ? uid : time).getBytes(StandardCharsets.US_ASCII));
            }
        }
        return out.toByteArray();
    }
}
