package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ServedTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** Which names of a definition it may use (apiextensions-apiserver's naming controller): those that no other of its group has. */
final class NameAcceptance {
    private NameAcceptance() {}

    /**
     * What came of it.
     *
     * @param accepted the names in use: the new ones without those that are taken
     * @param conflict the reason of the last conflict, {@code ""} when there is none
     */
    record Verdict(ObjectNode accepted, String conflict, String message) {
        String reason() {
            return conflict.isEmpty() ? "NoConflicts" : conflict;
        }
    }

    static Verdict judge(ObjectNode definition, ServedTypes served) {
        GroupResource own = new Definition(definition).defines();
        Set<String> resources = new LinkedHashSet<>();
        Set<String> kinds = new LinkedHashSet<>();
        for (ResourceType other : served.all()) {
            if (other.name().group().equals(own.group()) && !other.name().equals(own)) {
                resources.add(other.name().resource());
                resources.add(other.singular());
                resources.addAll(other.shortNames());
                kinds.add(other.kind());
                kinds.add(other.listKind());
            }
        }
        JsonNode wanted = definition.path("spec").path("names");
        ObjectNode accepted = definition.path("status").path("acceptedNames") instanceof ObjectNode before
                ? before.deepCopy()
                : definition.objectNode();
        SequencedMap<String, String> conflicts = new LinkedHashMap<>();
        name(wanted, accepted, "plural", resources, "PluralConflict", conflicts);
        name(wanted, accepted, "singular", resources, "SingularConflict", conflicts);
        shortNames(wanted, accepted, resources, conflicts);
        name(wanted, accepted, "kind", kinds, "KindConflict", conflicts);
        name(wanted, accepted, "listKind", kinds, "ListKindConflict", conflicts);
        if (wanted.has("categories")) {
            accepted.set("categories", wanted.get("categories").deepCopy());
        } else {
            accepted.remove("categories");
        }
        Map.Entry<String, String> last = conflicts.lastEntry();
        return last == null
                ? new Verdict(accepted, "", "no conflicts found")
                : new Verdict(accepted, last.getKey(), last.getValue());
    }

    private static void name(
            JsonNode wanted,
            ObjectNode accepted,
            String field,
            Set<String> taken,
            String reason,
            Map<String, String> conflicts) {
        String name = wanted.path(field).asText();
        if (taken.contains(name)) {
            conflicts.put(reason, "\"" + name + "\" is already in use");
        } else {
            accepted.put(field, name);
        }
    }

    private static void shortNames(
            JsonNode wanted, ObjectNode accepted, Set<String> taken, Map<String, String> conflicts) {
        List<String> problems = new ArrayList<>();
        ArrayNode free = accepted.arrayNode();
        for (JsonNode name : wanted.path("shortNames")) {
            if (taken.contains(name.asText())) {
                problems.add("\"" + name.asText() + "\" is already in use");
            } else {
                free.add(name.asText());
            }
        }
        if (free.isEmpty()) {
            accepted.remove("shortNames");
        } else {
            accepted.set("shortNames", free);
        }
        if (!problems.isEmpty()) {
            conflicts.put("ShortNamesConflict", String.join(", ", problems));
        }
    }
}
