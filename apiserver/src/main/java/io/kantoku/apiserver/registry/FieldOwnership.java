package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.apply.ManagedFields;
import io.kantoku.apimachinery.apply.ServerSideApply;
import io.kantoku.apimachinery.apply.Writer;
import io.kantoku.apimachinery.schema.BuiltinTypes;
import io.kantoku.apimachinery.schema.TypeSchema;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps {@code metadata.managedFields}: who set which field. Trees are in the storage version. */
final class FieldOwnership {
    private final InstantSource clock;

    FieldOwnership(InstantSource clock) {
        this.clock = clock;
    }

    /** Records what a create or update set. */
    void record(Target target, ObjectNode object, @Nullable ObjectNode old, String manager) {
        ManagedFields.afterUpdate(old == null ? blank(target) : old, object, writer(target, manager), schema(target));
    }

    /**
     * Merges an applied configuration into an object (server-side apply), and records what it set.
     *
     * @param live the present object, null when there is none
     * @throws io.kantoku.apimachinery.ApiException 409 with one cause per field that another manager owns
     */
    ObjectNode apply(Target target, @Nullable ObjectNode live, ObjectNode applied, String manager, boolean force) {
        return ServerSideApply.apply(live, applied, writer(target, manager), force, schema(target));
    }

    private Writer writer(Target target, String manager) {
        String version = target.type().storedKind().groupVersion().toString();
        return new Writer(manager, version, target.subresource(), reset(target), clock.instant());
    }

    /** What the request's path cannot set; upstream's strategies call these the reset fields. */
    private static Set<String> reset(Target target) {
        return switch (target.subresource()) {
            case "" -> target.type().hasStatus(target.version()) ? Set.of("status") : Set.of();
            case "status" -> {
                Set<String> paths = new HashSet<>(Set.of("spec"));
                target.type().strategy().fixedByStatus().forEach(member -> paths.add("metadata." + member));
                yield paths;
            }
            default -> Set.of();
        };
    }

    /** A new object before anybody set anything: what Go's types have anyway has no owner. */
    private static ObjectNode blank(Target target) {
        ObjectNode blank = Json.object();
        target.type().strategy().complete(blank);
        return blank;
    }

    private static TypeSchema schema(Target target) {
        return schema(target.type());
    }

    /** How the fields of a kind are divided, in the storage version. */
    static TypeSchema schema(ResourceType type) {
        return type.strategy()
                .typeSchema()
                .or(() -> BuiltinTypes.typeSchema(type.storedKind()))
                .orElse(TypeSchema.deduced());
    }
}
