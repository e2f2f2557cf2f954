package io.kantoku.apiserver.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import java.util.Arrays;

/** Reads request bodies in the Kubernetes protobuf form: a magic number and an envelope that names the type of what is in it. */
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
