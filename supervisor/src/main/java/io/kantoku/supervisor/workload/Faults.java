package io.kantoku.supervisor.workload;

import io.kantoku.supervisor.vapi.LocalizableMessage;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong with a specification, each with its field, so that all can be told at once. */
public final class Faults {
    private static final String ID = "io.kantoku.wcp.invalid_field";

    private final List<LocalizableMessage> messages = new ArrayList<>();

    /** Notes a fault: what is wrong, why, and what would be right. */
    public void add(String field, String message) {
        messages.add(LocalizableMessage.of(ID, field + ": " + message, field));
    }

    public boolean isEmpty() {
        return messages.isEmpty();
    }

    List<LocalizableMessage> messages() {
        return List.copyOf(messages);
    }

    public List<String> texts() {
        return messages.stream().map(LocalizableMessage::text).toList();
    }

    /** Ends the call when anything was noted. */
    public void throwIfAny() {
        if (!messages.isEmpty()) {
            throw new VapiException(VapiError.INVALID_ARGUMENT, messages);
        }
    }
}
