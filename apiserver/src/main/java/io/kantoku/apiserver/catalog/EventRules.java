package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersionKind;
import java.util.List;
import java.util.Map;

/**
 * Events in {@code events.k8s.io}: the core group's Events under newer names of their fields. What is written there is held to
 * stricter rules than in the core group (upstream's ValidateEventCreate).
 */
final class EventRules {
    /** The core group's names of the fields, and those of {@code events.k8s.io}. */
    private static final Map<String, String> NAMES = Map.of(
            "message", "note",
            "involvedObject", "regarding",
            "source", "deprecatedSource",
            "firstTimestamp", "deprecatedFirstTimestamp",
            "lastTimestamp", "deprecatedLastTimestamp",
            "count", "deprecatedCount",
            "reportingComponent", "reportingController");

    static final Rules NEW_EVENTS = Rules.of()
            .createdByUpdates()
            .storedAs(new GroupResource("", "events"), new GroupVersionKind("", "v1", "Event"))
            .conversions(EventRules::toServed, EventRules::toStored)
            .check(EventRules::check);

    private static final int LONGEST = 128;
    private static final int LONGEST_NOTE = 1024;

    private EventRules() {}

    static ObjectNode toServed(ObjectNode event, String version) {
        NAMES.forEach((core, name) -> rename(event, core, name));
        for (String optional : List.of("reportingController", "reportingInstance")) {
            if (event.path(optional).asText("").isEmpty()) {
                event.remove(optional);
            }
        }
        return event;
    }

    static ObjectNode toStored(ObjectNode event, String version) {
        NAMES.forEach((core, name) -> rename(event, name, core));
        return event;
    }

    private static void rename(ObjectNode event, String from, String to) {
        JsonNode value = event.remove(from);
        if (value != null) {
            event.set(to, value);
        }
    }

    private static void check(ObjectNode event, Problems problems) {
        if (!Tree.has(event, "eventTime")) {
            problems.required(FieldPath.of("eventTime"));
        }
        for (String field : List.of("reportingInstance", "action", "reason")) {
            text(event, field, field, LONGEST, problems);
        }
        text(event, "reportingComponent", "reportingController", LONGEST, problems);
        if (Tree.text(event, "message").length() > LONGEST_NOTE) {
            problems.invalid(FieldPath.of("note"), event.path("message"), "can have at most 1024 characters");
        }
        problems.requiredOneOf(event, FieldPath.ROOT, "type", List.of("Normal", "Warning"));
    }

    private static void text(ObjectNode event, String field, String shown, int longest, Problems problems) {
        String text = Tree.text(event, field);
        if (text.isEmpty()) {
            problems.required(FieldPath.of(shown));
        } else if (text.length() > longest) {
            problems.invalid(FieldPath.of(shown), event.path(field), "can have at most " + longest + " characters");
        }
    }
}
