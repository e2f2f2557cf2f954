package io.kantoku.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.patch.MergePatch;
import io.kantoku.apiserver.registry.FieldOwnership;
import io.kantoku.apiserver.registry.Target;
import org.jspecify.annotations.Nullable;

/** Records nothing. */
final class NoOwnership implements FieldOwnership {
    @Override
    public void record(Target target, ObjectNode object, @Nullable ObjectNode old, String manager) {}

    @Override
    public ObjectNode apply(
            Target target, @Nullable ObjectNode live, ObjectNode applied, String manager, boolean force) {
        return live == null ? applied : (ObjectNode) MergePatch.apply(live, applied);
    }
}
