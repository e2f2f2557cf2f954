package io.kantoku.apimachinery.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Status;
import io.kantoku.apimachinery.apply.ManagedFields.Operation;
import io.kantoku.apimachinery.apply.ManagedFields.Owner;
import io.kantoku.apimachinery.schema.TypeSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Server-side apply: makes an object have the fields that a client applies, and remembers who applied what.
 *
 * <p>Fields that the same manager applied before and now leaves out are removed, unless somebody else owns them. A field that somebody
 * else owns and has another value is a conflict; with {@code force} the applier takes it.
 */
public final class ServerSideApply {
    private ServerSideApply() {}

    /**
     * The object after the apply, with its managed fields; neither argument is changed. Equal to {@code live} when nothing changes.
     *
     * @param live the stored object, null when it does not exist
     * @param applied what the client wants, whole or in part
     * @param force whether to take fields from others
     * @throws ApiException 409 with a cause per field when others own changed fields; 500 when the applied object is not of its type
     */
    public static ObjectNode apply(
            @Nullable ObjectNode live, ObjectNode applied, Writer writer, boolean force, TypeSchema schema) {
        try {
            return applyTyped(live, applied, writer, force, schema);
        } catch (UntypedPatchException e) {
            throw UntypedPatchException.refusal(applied, List.of(String.valueOf(e.getMessage())));
        }
    }

    /**
     * Refuses a configuration for fields that its kind does not have.
     *
     * @param unknown their paths, for example {@code spec.ports[0].prot}
     */
    public static ApiException undeclared(ObjectNode applied, List<String> unknown, TypeSchema schema) {
        return UntypedPatchException.refusal(
                applied,
                unknown.stream()
                        .map(path -> Ownership.shown(path, applied, schema) + ": field not declared in schema")
                        .toList());
    }

    private static ObjectNode applyTyped(
            @Nullable ObjectNode live, ObjectNode applied, Writer writer, boolean force, TypeSchema schema) {
        if (!applied.path("metadata").path("managedFields").isEmpty()) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        ObjectNode config = applied.deepCopy();
        if (config.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove(List.of("managedFields", "creationTimestamp", "generation", "selfLink"));
        }
        ObjectNode before = live == null ? Json.object() : live;
        ManagedFields owners = live == null ? ManagedFields.of(before) : ownersOf(live, writer, schema);
        Owner applier = Owner.of(Operation.APPLY, writer);
        FieldSet last = owners.fieldsOf(applier);
        FieldSet wanted =
                ManagedFields.ownable(Ownership.fieldsOf(config, schema)).without(writer.reset());

        ObjectNode merged = (ObjectNode) TypedMerge.merge(before, config, schema);
        FieldSet claimed = owners.mapped((owner, fields) -> owner.equals(applier) ? FieldSet.EMPTY : fields)
                .all()
                .union(wanted);
        if (TypedMerge.remove(merged, last, claimed, schema)) {
            merged = (ObjectNode) TypedMerge.merge(merged, config, schema); // an empty value may be what is wanted
        }

        Comparison comparison = Comparison.of(before, merged, schema).without(writer.reset());
        FieldSet allowed = LastApplied.fields(before, writer, schema);
        Map<Owner, FieldSet> conflicts = new LinkedHashMap<>();
        owners.entries().forEach((owner, entry) -> {
            FieldSet conflict =
                    entry.fields().intersection(comparison.changed()).difference(allowed);
            if (!owner.equals(applier) && !conflict.isEmpty()) {
                conflicts.put(owner, conflict);
            }
        });
        if (!force && !conflicts.isEmpty()) {
            throw conflict(conflicts);
        }
        ManagedFields after = owners.mapped((owner, fields) -> owner.equals(applier)
                ? fields
                : fields.difference(comparison.changed()).difference(comparison.removed()));
        LastApplied.renew(before, config, merged, writer);
        boolean sameOwners = after.entries().equals(ManagedFields.of(before).entries()) && last.equals(wanted);
        if (live != null && sameOwners && Json.equal(merged, before)) {
            return live.deepCopy();
        }
        if (wanted.isEmpty()) {
            after = after.mapped((owner, fields) -> owner.equals(applier) ? FieldSet.EMPTY : fields);
        } else {
            after = after.with(applier, writer, wanted);
        }
        after.capped().writeTo(merged);
        return merged;
    }

    /**
     * The live object with what is applied, nobody's fields taken away and nobody recorded.
     *
     * @throws ApiException 500 when the applied object is not of its type
     */
    public static ObjectNode merge(ObjectNode live, ObjectNode applied, TypeSchema schema) {
        try {
            return (ObjectNode) TypedMerge.merge(live, applied, schema);
        } catch (UntypedPatchException e) {
            throw UntypedPatchException.refusal(applied, List.of(String.valueOf(e.getMessage())));
        }
    }

    /** The owners of the live object; all of it belongs to one of another time when none are recorded. */
    private static ManagedFields ownersOf(ObjectNode live, Writer writer, TypeSchema schema) {
        ManagedFields owners = ManagedFields.of(live).under(schema);
        if (!owners.isEmpty()) {
            return owners;
        }
        Writer earlier = new Writer(
                ManagedFields.BEFORE_FIRST_APPLY, live.path("apiVersion").asText(), "", writer.now());
        FieldSet all =
                ManagedFields.ownable(Comparison.of(Json.object(), live, schema).changed());
        return all.isEmpty() ? owners : owners.with(Owner.of(Operation.UPDATE, earlier), earlier, all);
    }

    private static ApiException conflict(Map<Owner, FieldSet> conflicts) {
        List<Status.Cause> causes = new ArrayList<>();
        Map<String, List<String>> byOwner = new TreeMap<>();
        conflicts.forEach((owner, fields) -> fields.paths().forEach(path -> {
            causes.add(new Status.Cause("FieldManagerConflict", "conflict with " + owner, path));
            byOwner.computeIfAbsent(owner.toString(), _ -> new ArrayList<>()).add(path);
        }));
        StringBuilder message = new StringBuilder("Apply failed with ");
        if (causes.size() == 1) {
            Status.Cause only = causes.getFirst();
            message.append("1 conflict: ").append(only.message()).append(": ").append(only.field());
        } else {
            List<String> lines = new ArrayList<>();
            byOwner.forEach((owner, paths) -> {
                lines.add("conflicts with " + owner + ":");
                paths.forEach(path -> lines.add("- " + path));
            });
            message.append(causes.size()).append(" conflicts: ").append(String.join("\n", lines));
        }
        return new ApiException(Status.failure(409, "Conflict", message.toString())
                .withDetails(new Status.Details("", "", "", "", causes, 0)));
    }
}
