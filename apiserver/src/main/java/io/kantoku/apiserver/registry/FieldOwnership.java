package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.apply.ManagedFields;
import io.kantoku.apimachinery.apply.ServerSideApply;
import io.kantoku.apimachinery.apply.Writer;
import io.kantoku.apimachinery.schema.BuiltinTypes;
import io.kantoku.apimachinery.schema.TypeSchema;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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

    /** Lets admission change an object; a record that nobody could read afterwards is put back, and the client warned. */
    void keeping(ObjectNode object, WriteOptions options, Runnable admission) {
        JsonNode before = object.path("metadata").path("managedFields");
        admission.run();
        boolean same = object.path("metadata").path("managedFields").equals(before);
        Optional<String> fault = same ? Optional.empty() : ManagedFields.fault(object);
        if (fault.isPresent()) {
            options.warnings()
                    .add(".metadata.managedFields was in an invalid state after admission; this could be caused by an"
                            + " outdated mutating admission controller; please fix your requests: "
                            + fault.get());
            ManagedFields.strip(object);
            if (before.isArray()) {
                object.withObjectProperty("metadata").set("managedFields", before);
            }
        }
    }

    /** Stores an object, and where only the record of its owners makes it too large, without that. */
    <T> T orWithout(ObjectNode object, Supplier<T> store) {
        try {
            return store.get();
        } catch (ApiException e) {
            if (e.code() != 413 || !object.path("metadata").has("managedFields")) {
                throw e;
            }
            ManagedFields.strip(object);
            return store.get();
        }
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
