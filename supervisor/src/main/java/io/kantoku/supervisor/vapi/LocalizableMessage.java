package io.kantoku.supervisor.vapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A message of vCenter's REST API.
 *
 * @param id names the message to programs
 * @param text for people
 * @param args the values in the text
 */
public record LocalizableMessage(String id, String text, List<String> args) {
    public LocalizableMessage {
        args = List.copyOf(args);
    }

    public static LocalizableMessage of(String id, String text, String... args) {
        return new LocalizableMessage(id, text, List.of(args));
    }

    /** Writes the members {@code id}, {@code default_message} and {@code args}. */
    public void writeTo(ObjectNode json) {
        json.put("id", id).put("default_message", text);
        ArrayNode list = json.putArray("args");
        args.forEach(list::add);
    }
}
