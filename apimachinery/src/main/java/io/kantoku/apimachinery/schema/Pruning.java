package io.kantoku.apimachinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One removal of the fields that a schema does not know.
 *
 * <p>Within an object that preserves unknown fields those are left alone, but the known ones are still pruned by their own schemas
 * (apiextensions-apiserver, pkg/apiserver/schema/pruning).
 */
final class Pruning {
    private final List<String> removed = new ArrayList<>();

    List<String> pruneRoot(ObjectNode object, StructuralSchema schema) {
        object(object, schema, true, FieldPath.ROOT);
        Collections.sort(removed);
        return removed;
    }

    /** Prunes one member of an object as a value of the schema. */
    List<String> pruneMember(ObjectNode holder, String name, StructuralSchema schema) {
        node(holder.path(name), schema, FieldPath.of(name));
        return removed;
    }

    private void node(JsonNode node, @Nullable StructuralSchema schema, FieldPath path) {
        switch (node) {
            case ObjectNode object -> object(object, schema, schema != null && schema.embeddedResource(), path);
            case ArrayNode array -> {
                StructuralSchema items = schema == null ? null : schema.items();
                boolean preserve = schema != null && schema.preserveUnknownFields() && items == null;
                for (int i = 0; i < array.size() && !preserve; i++) {
                    node(array.get(i), items, path.index(i));
                }
            }
            default -> {}
        }
    }

    private void object(ObjectNode object, @Nullable StructuralSchema schema, boolean resource, FieldPath path) {
        boolean preserve = schema != null && schema.preserveUnknownFields();
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            if (resource && StructuralSchema.TYPE_AND_METADATA.contains(name)) {
                continue;
            }
            JsonNode value = object.path(name);
            StructuralSchema member = schema == null ? null : schema.member(name);
            if (member != null) {
                node(value, member, path.child(name));
            } else if (schema != null && schema.additionalAllowed()) {
                node(value, null, path.child(name));
            } else if (!preserve) {
                object.remove(name);
                removed.add(path.child(name).toString());
            }
        }
    }
}
