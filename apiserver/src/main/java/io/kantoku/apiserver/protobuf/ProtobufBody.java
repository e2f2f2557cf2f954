package io.kantoku.apiserver.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads and writes bodies in the Kubernetes protobuf form: a magic number and an envelope that names the type of what is in it. */
public final class ProtobufBody {
    public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};

    private ProtobufBody() {}

    /**
     * Reads a body.
     *
     * @throws ApiException 400 when it is malformed or of a kind that has no protobuf form
     */
    public static ObjectNode parse(byte[] body) {
        if (body.length < MAGIC.length || !Arrays.equals(MAGIC, Arrays.copyOf(body, MAGIC.length))) {
            throw ApiException.badRequest(
                    "the provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }
        WireReader envelope = new WireReader(body, MAGIC.length, body.length);
        String apiVersion = "";
        String kind = "";
        WireReader content = new WireReader(body, 0, 0);
        while (envelope.more()) {
            int tag = envelope.tag();
            switch (tag >>> 3) {
                case 1 -> {
                    WireReader type = envelope.message();
                    while (type.more()) {
                        int typeTag = type.tag();
                        switch (typeTag >>> 3) {
                            case 1 -> apiVersion = type.text();
                            case 2 -> kind = type.text();
                            default -> type.skip(typeTag & 7);
                        }
                    }
                }
                case 2 -> content = envelope.message();
                default -> envelope.skip(tag & 7);
            }
        }
        return object(GroupVersion.parse(apiVersion).kind(kind), content);
    }

    /** Whether objects of a kind have a protobuf form. */
    public static boolean has(GroupVersionKind kind) {
        return MessageTypes.of(kind).isPresent();
    }

    /**
     * Writes an object or a list.
     *
     * @throws IllegalArgumentException when its kind has no protobuf form
     */
    public static byte[] write(JsonNode tree) {
        String apiVersion = tree.path("apiVersion").asText();
        String kind = tree.path("kind").asText();
        String type = MessageTypes.of(GroupVersion.parse(apiVersion).kind(kind))
                .orElseThrow(() -> new IllegalArgumentException(apiVersion + " " + kind + " has no protobuf form"));
        WireWriter typeMeta = new WireWriter();
        typeMeta.text(1, apiVersion);
        typeMeta.text(2, kind);
        WireWriter envelope = new WireWriter();
        envelope.bytes(1, typeMeta.toBytes());
        envelope.bytes(2, MessageWriter.message(type, tree));
        envelope.text(3, "");
        envelope.text(4, "");
        byte[] unknown = envelope.toBytes();
        byte[] body = Arrays.copyOf(MAGIC, MAGIC.length + unknown.length);
        System.arraycopy(unknown, 0, body, MAGIC.length, unknown.length);
        return body;
    }

    /** A frame of a watch: a length in four bytes, then a WatchEvent without an envelope, whose object has one. */
    public static byte[] frame(String change, byte[] object) {
        WireWriter raw = new WireWriter();
        raw.bytes(1, object);
        WireWriter event = new WireWriter();
        event.text(1, change);
        event.bytes(2, raw.toBytes());
        byte[] bytes = event.toBytes();
        return ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    private static ObjectNode object(GroupVersionKind kind, WireReader content) {
        String type = MessageTypes.of(kind)
                .orElseThrow(
                        () -> ApiException.badRequest("no kind \"" + kind.kind() + "\" is registered for version \""
                                + kind.groupVersion() + "\" in protobuf: send it as JSON or YAML"));
        ObjectNode object = Json.object();
        object.put("apiVersion", kind.groupVersion().toString()).put("kind", kind.kind());
        JsonNode members = new MessageReader().message(type, content, 0);
        if (members instanceof ObjectNode fields) {
            object.setAll(fields);
        }
        return object;
    }
}
