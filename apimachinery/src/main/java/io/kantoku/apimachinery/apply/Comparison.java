package io.kantoku.apimachinery.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.apply.Ownership.Part;
import io.kantoku.apimachinery.schema.TypeSchema;
import java.util.Map;
import java.util.Set;

/**
 * What differs between two objects.
 *
 * @param changed the paths that were added or have another value
 * @param removed the paths that are gone
 */
record Comparison(FieldSet changed, FieldSet removed) {
    static Comparison of(JsonNode before, JsonNode after, TypeSchema type) {
        FieldSet.Builder changed = new FieldSet.Builder();
        FieldSet.Builder removed = new FieldSet.Builder();
        compare(before, after, type, changed, removed);
        return new Comparison(changed.build(), removed.build());
    }

    /** The same but for what begins with one of these paths. */
    Comparison without(Set<String> paths) {
        return new Comparison(changed.without(paths), removed.without(paths));
    }

    private static void compare(
            JsonNode before, JsonNode after, TypeSchema type, FieldSet.Builder changed, FieldSet.Builder removed) {
        if (before.equals(after)) {
            return; // most of an object is the same, and this is many times faster than taking it apart
        }
        boolean beforeDivided = Ownership.isDivided(before, type);
        boolean afterDivided = Ownership.isDivided(after, type);
        if (!beforeDivided && !afterDivided) {
            if (!Json.equal(before, after)) {
                changed.member();
            }
            return;
        }
        boolean fromOrToNothing = (before.isNull() && !after.isEmpty()) || (after.isNull() && !before.isEmpty());
        if (beforeDivided != afterDivided && !fromOrToNothing) {
            changed.member();
        }
        Map<PathElement, Part> old = beforeDivided ? Ownership.parts(before, type) : Map.of();
        Map<PathElement, Part> now = afterDivided ? Ownership.parts(after, type) : Map.of();
        now.forEach((element, part) -> {
            Part counterpart = old.get(element);
            if (counterpart == null) {
                changed.put(element, all(part));
            } else if (counterpart.doubled() != part.doubled()) {
                changed.put(element, all(part));
                removed.put(element, all(counterpart));
            } else {
                FieldSet.Builder changedBelow = new FieldSet.Builder();
                FieldSet.Builder removedBelow = new FieldSet.Builder();
                compare(counterpart.value(), part.value(), part.type(), changedBelow, removedBelow);
                changed.put(element, changedBelow.build());
                removed.put(element, removedBelow.build());
            }
        });
        old.forEach((element, part) -> {
            if (!now.containsKey(element)) {
                removed.put(element, all(part));
            }
        });
    }

    /** The part itself and all that is in it. */
    private static FieldSet all(Part part) {
        FieldSet.Builder node = new FieldSet.Builder();
        if (!(part.type() instanceof TypeSchema.MapList list && list.always())) {
            node.member();
        }
        if (Ownership.isDivided(part.value(), part.type())) {
            Ownership.parts(part.value(), part.type()).forEach((element, below) -> node.put(element, all(below)));
        }
        return node.build();
    }
}
