package io.kantoku.apimachinery.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.apply.Ownership.Part;
import io.kantoku.apimachinery.schema.TypeSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Merges an applied object into a live one, and removes what nobody wants any more, by the type's division. */
final class TypedMerge {
    private TypedMerge() {}

    /**
     * The live value with what is applied; both arguments stay as they are. Nothing ({@code null}) in the place of a value that is
     * divided wants none of its parts, and takes none away.
     */
    static JsonNode merge(JsonNode live, JsonNode applied, TypeSchema type) {
        if (applied.isNull() && !live.isEmpty() && Ownership.isDivided(live, type)) {
            return live.deepCopy();
        }
        if (!Ownership.isDivided(applied, type) || !Ownership.isDivided(live, type)) {
            return applied.deepCopy();
        }
        return switch (applied) {
            case ObjectNode object -> object((ObjectNode) live, object, type);
            case ArrayNode array -> list((ArrayNode) live, array, type);
            default -> applied.deepCopy();
        };
    }

    private static ObjectNode object(ObjectNode live, ObjectNode applied, TypeSchema type) {
        ObjectNode result = Json.object();
        live.properties().forEach(entry -> {
            JsonNode change = applied.get(entry.getKey());
            result.set(
                    entry.getKey(),
                    change == null
                            ? entry.getValue().deepCopy()
                            : merge(entry.getValue(), change, type.member(entry.getKey())));
        });
        applied.properties().forEach(entry -> {
            if (!result.has(entry.getKey())) {
                result.set(entry.getKey(), entry.getValue().deepCopy());
            }
        });
        return result;
    }

    /**
     * The items of both lists: applied ones in the order in which they are applied, the others where they are among those that both lists
     * have, before applied ones that are new. An applied item takes the place of all that are there under its key.
     */
    private static ArrayNode list(ArrayNode live, ArrayNode applied, TypeSchema type) {
        Map<PathElement, Part> theirs = Ownership.parts(live, type);
        Map<PathElement, Part> ours = Ownership.strictParts(applied, type, "");
        List<PathElement> shared =
                ours.keySet().stream().filter(theirs::containsKey).toList();
        List<PathElement> pending = new ArrayList<>(ours.keySet());
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        Set<PathElement> done = new HashSet<>();
        int nextShared = 0;
        int nextOurs = 0;
        for (JsonNode item : live) {
            PathElement element = Ownership.element(item, type);
            Part counterpart = element == null ? null : ours.get(element);
            if (element == null || counterpart == null) {
                result.add(item.deepCopy());
            } else if (!done.contains(element)
                    && nextShared < shared.size()
                    && shared.get(nextShared).equals(element)) {
                while (nextOurs < pending.size() && !pending.get(nextOurs).equals(element)) {
                    add(result, pending.get(nextOurs++), theirs, ours, done);
                }
                add(result, element, theirs, ours, done);
                nextOurs++;
                nextShared++;
            }
        }
        while (nextOurs < pending.size()) {
            add(result, pending.get(nextOurs++), theirs, ours, done);
        }
        return result;
    }

    private static void add(
            ArrayNode result,
            PathElement element,
            Map<PathElement, Part> theirs,
            Map<PathElement, Part> ours,
            Set<PathElement> done) {
        Part applied = ours.get(element);
        Part live = theirs.get(element);
        if (applied != null && done.add(element)) {
            result.add(
                    live == null || live.doubled()
                            ? applied.value().deepCopy()
                            : merge(live.value(), applied.value(), applied.type()));
        }
    }

    /**
     * Removes what an applier owned before and nobody claims now. What is emptied by that becomes {@code null}, as if nobody had ever set
     * it.
     *
     * @param value changed in place
     * @param last what the applier owned
     * @param claimed what anybody owns now
     * @return whether something became {@code null}
     */
    static boolean remove(JsonNode value, FieldSet last, FieldSet claimed, TypeSchema type) {
        if (last.isEmpty() || !Ownership.isDivided(value, type)) {
            return false;
        }
        return switch (value) {
            case ObjectNode object -> removeMembers(object, last, claimed, type);
            case ArrayNode array -> removeItems(array, last, claimed, type);
            default -> false;
        };
    }

    private static boolean removeMembers(ObjectNode object, FieldSet last, FieldSet claimed, TypeSchema type) {
        boolean emptied = false;
        for (Map.Entry<PathElement, FieldSet> owned : last.children().entrySet()) {
            String name = owned.getKey().text();
            JsonNode member = owned.getKey().isField() ? object.get(name) : null;
            if (member != null) {
                FieldSet claims = claimed.below(owned.getKey());
                if (isGone(owned.getValue(), claims, type.isField(name))) {
                    object.remove(name);
                } else if (!member.isEmpty()) {
                    emptied |= remove(member, owned.getValue(), claims, type.member(name));
                    if (member.isEmpty()) {
                        object.putNull(name);
                        emptied = true;
                    }
                }
            }
        }
        return emptied;
    }

    private static boolean removeItems(ArrayNode array, FieldSet last, FieldSet claimed, TypeSchema type) {
        boolean emptied = false;
        for (Iterator<JsonNode> items = array.iterator(); items.hasNext(); ) {
            JsonNode item = items.next();
            PathElement element = Ownership.element(item, type);
            if (element != null && isGone(last.below(element), claimed.below(element), false)) {
                items.remove();
            } else if (element != null && type instanceof TypeSchema.MapList list) {
                emptied |= remove(item, last.below(element), claimed.below(element), list.item());
            }
        }
        return emptied;
    }

    /** A declared field is owned with whatever is in it, anything else only if the set has it itself. */
    private static boolean isGone(FieldSet last, FieldSet claims, boolean field) {
        boolean was = last.isMember() || (field && !last.isEmpty());
        boolean is = claims.isMember() || (field && !claims.isEmpty());
        return was && !is;
    }
}
