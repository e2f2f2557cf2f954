package io.kantoku.supervisor.vapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.util.List;

/** A call of vCenter's REST API that is refused or failed. */
public final class VapiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final VapiError error;
    private final transient List<LocalizableMessage> messages;

    public VapiException(VapiError error, List<LocalizableMessage> messages) {
        super(String.join("; ", messages.stream().map(LocalizableMessage::text).toList()));
        this.error = error;
        this.messages = List.copyOf(messages);
    }

    public static VapiException of(VapiError error, String id, String text) {
        return new VapiException(error, List.of(LocalizableMessage.of(id, text)));
    }

    public static VapiException notFound(String what, String id) {
        return of(VapiError.NOT_FOUND, "com.vmware.vapi.std.errors.not_found", what + " '" + id + "' was not found");
    }

    public static VapiException invalid(String text) {
        return of(VapiError.INVALID_ARGUMENT, "com.vmware.vapi.std.errors.invalid_argument", text);
    }

    public VapiError error() {
        return error;
    }

    public List<LocalizableMessage> messages() {
        return messages;
    }

    /** The body of the answer in the {@code /api} family. */
    public byte[] apiBody() {
        ObjectNode json = Json.object().put("error_type", error.name());
        messages(json.putArray("messages"));
        return Json.bytes(json);
    }

    /** The body of the answer in the {@code /rest} family. */
    public byte[] restBody() {
        ObjectNode json = Json.object().put("type", error.restType());
        messages(json.putObject("value").putArray("messages"));
        return Json.bytes(json);
    }

    private void messages(ArrayNode array) {
        messages.forEach(message -> message.writeTo(array.addObject()));
    }
}
