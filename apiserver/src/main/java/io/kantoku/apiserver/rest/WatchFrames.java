package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.protobuf.ProtobufBody;
import io.kantoku.apiserver.registry.CacheEvent;
import io.kantoku.apiserver.registry.Conversions;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.StoredObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes watch events: one JSON document per line, or protobuf frames with their length before them. Stored bytes are written as
 * they are; other forms are made once per event.
 */
final class WatchFrames {
    private static final byte[] OBJECT = "\",\"object\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OPEN = "{\"type\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "}\n".getBytes(StandardCharsets.US_ASCII);

    private final ResourceType type;
    private final String version;
    private final Wanted wanted;
    private final ObjectForms forms;
    private final boolean asStored;
    private final boolean protobuf;

    WatchFrames(ResourceType type, String version, Wanted wanted, ObjectForms forms) {
        this.type = type;
        this.version = version;
        this.protobuf = wanted.syntax() == Wanted.Syntax.PROTOBUF;
        this.wanted = new Wanted(
                protobuf ? Wanted.Syntax.PROTOBUF : Wanted.Syntax.JSON,
                wanted.shape(),
                wanted.shapeVersion(),
                false,
                wanted.includeObject());
        this.forms = forms;
        this.asStored = ObjectForms.asStored(type, version, this.wanted);
    }

    /** Identifies a form of an event's object. */
    private record FormKey(String version, Wanted wanted) {}

    void event(OutputStream out, CacheEvent event, CacheEvent.Seen seen) throws IOException {
        StoredObject object = Conversions.renewed(type, seen.object());
        if (asStored || object != event.object()) {
            event(out, seen.type(), object);
            return;
        }
        byte[] form = event.form(new FormKey(version, wanted), () -> bytes(forms.one(type, version, object, wanted)));
        frame(out, seen.type().name(), form);
    }

    void event(OutputStream out, CacheEvent.Seen.Type change, StoredObject stored) throws IOException {
        StoredObject object = Conversions.renewed(type, stored);
        if (!asStored) {
            frame(out, change.name(), bytes(forms.one(type, version, object, wanted)));
            return;
        }
        open(out, change.name());
        object.writeTo(out);
        out.write(CLOSE);
    }

    void bookmark(OutputStream out, long revision, boolean initialEventsEnd) throws IOException {
        ObjectNode object = Json.object();
        switch (wanted.shape()) {
            case OBJECT ->
                object.put("kind", type.kind())
                        .put("apiVersion", type.kindIn(version).groupVersion().toString());
            case METADATA ->
                object.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/" + wanted.shapeVersion());
            case TABLE -> {
                object.put("kind", "Table").put("apiVersion", "meta.k8s.io/" + wanted.shapeVersion());
                object.putArray("columnDefinitions");
                object.putArray("rows");
            }
        }
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("resourceVersion", Long.toString(revision));
        metadata.putNull("creationTimestamp");
        if (initialEventsEnd) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        frame(out, "BOOKMARK", bytes(object));
    }

    void error(OutputStream out, Status status) throws IOException {
        frame(out, "ERROR", bytes(status.toJson()));
    }

    private byte[] bytes(ObjectNode object) {
        return protobuf ? ProtobufBody.write(object) : Json.bytes(object);
    }

    private void frame(OutputStream out, String change, byte[] object) throws IOException {
        if (protobuf) {
            out.write(ProtobufBody.frame(change, object));
            return;
        }
        open(out, change);
        out.write(object);
        out.write(CLOSE);
    }

    private static void open(OutputStream out, String change) throws IOException {
        out.write(OPEN);
        out.write(change.getBytes(StandardCharsets.US_ASCII));
        out.write(OBJECT);
    }
}
