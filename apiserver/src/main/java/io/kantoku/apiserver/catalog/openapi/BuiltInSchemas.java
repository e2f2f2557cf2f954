package io.kantoku.apiserver.catalog.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionKind;
import java.util.List;

/** The schemas of the built-in kinds. */
public final class BuiltInSchemas {
    private static final BuiltInSchemas INSTANCE = new BuiltInSchemas();

    private BuiltInSchemas() {}

    public static BuiltInSchemas get() {
        return INSTANCE;
    }

    public List<String> unknownFields(GroupVersionKind kind, ObjectNode object) {
        return List.of();
    }

    public void prune(GroupVersionKind kind, ObjectNode object) {}
}
