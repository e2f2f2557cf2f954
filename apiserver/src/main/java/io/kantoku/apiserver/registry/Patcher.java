package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.apply.ServerSideApply;
import io.kantoku.apimachinery.patch.JsonPatch;
import io.kantoku.apimachinery.patch.MergePatch;
import io.kantoku.apimachinery.patch.PatchSchema;
import io.kantoku.apimachinery.patch.StrategicMergePatch;
import io.kantoku.apimachinery.schema.BuiltinTypes;
import java.util.List;

/** Patches objects in the version in which the client speaks; server-side apply also creates them. */
final class Patcher {
    private final Commit commit;
    private final Creator creator;
    private final Updater updater;
    private final FieldOwnership ownership;

    Patcher(Commit commit, Creator creator, Updater updater, FieldOwnership ownership) {
        this.commit = commit;
        this.creator = creator;
        this.updater = updater;
        this.ownership = ownership;
    }

    Registry.Written patch(Target target, PatchBody patch, WriteOptions options, Runnable creation) {
        if (patch.form() == PatchBody.Form.APPLY) {
            return apply(target, patch, options, creation);
        }
        return new Registry.Written(updater.update(target, new Merged(target, patch), options), false);
    }

    private ObjectNode patched(Target target, ObjectNode current, PatchBody patch) {
        JsonNode result = switch (patch.form()) {
            case JSON -> JsonPatch.apply(current, patch.body());
            case MERGE -> MergePatch.apply(current, object(patch));
            case STRATEGIC -> StrategicMergePatch.apply(current, object(patch), schema(target));
            case APPLY -> throw new IllegalArgumentException("an applied configuration is not a patch of this kind");
        };
        if (!(result instanceof ObjectNode object)) {
            throw ApiException.unprocessable("the patched object is not a JSON object");
        }
        BodyChecks.type(target, object);
        BodyChecks.place(target, object);
        checkUid(target, object, current);
        return object;
    }

    /** A patch, unlike an update, is not made on condition of a uid: it tries to change it. */
    private static void checkUid(Target target, ObjectNode patched, ObjectNode current) {
        String uid = patched.path("metadata").path("uid").asText();
        if (!uid.isEmpty() && !uid.equals(current.path("metadata").path("uid").asText())) {
            throw ApiException.invalid(
                    target.kind(),
                    target.name().name(),
                    List.of(FieldError.invalid(FieldPath.of("metadata", "uid"), uid, "field is immutable")));
        }
    }

    private PatchSchema schema(Target target) {
        return BuiltinTypes.patchSchema(target.type().kindIn(target.version()))
                .orElseThrow(() -> Failures.unsupportedMediaType(
                        "the body of the request was in an unknown format - accepted media types include:"
                                + " application/json-patch+json, application/merge-patch+json,"
                                + " application/apply-patch+yaml"));
    }

    private static ObjectNode object(PatchBody patch) {
        if (patch.body() instanceof ObjectNode object) {
            return object;
        }
        throw ApiException.badRequest("a merge patch must be a JSON object");
    }

    private Registry.Written apply(Target target, PatchBody patch, WriteOptions options, Runnable creation) {
        ObjectNode applied = target.subresource().equals("scale")
                ? Scales.wanted(target, object(patch))
                : object(patch).deepCopy();
        if (options.fieldManager().isEmpty()) {
            throw ApiException.invalid(
                    new GroupKind("meta.k8s.io", "PatchOptions"),
                    "",
                    List.of(FieldError.required(FieldPath.of("fieldManager"), "is required for apply patch")));
        }
        if (applied.path("apiVersion").asText().isEmpty()
                || applied.path("kind").asText().isEmpty()) {
            throw ApiException.badRequest(
                    "invalid object type: apiVersion and kind must be set in an applied configuration");
        }
        if (!applied.path("metadata").path("managedFields").isEmpty()) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        BodyChecks.type(target, applied);
        BodyChecks.place(target, applied);
        BodyChecks.name(target, applied);
        checkDeclared(target, applied);
        if (commit.read(target.key()).isEmpty()) {
            creation.run();
            return new Registry.Written(createApplied(target, applied, patch.force(), options), true);
        }
        return new Registry.Written(
                updater.update(target, new Applied(target, applied, patch.force(), options), options), false);
    }

    /** Unlike other writes, an applied configuration never loses unknown fields silently. */
    private static void checkDeclared(Target target, ObjectNode applied) {
        ResourceType type = target.type();
        Strategy strategy = type.strategy();
        boolean stored = Conversions.isStored(type, target.version());
        List<String> unknown =
                stored ? strategy.unknownFields(applied) : strategy.pruneServed(applied.deepCopy(), target.version());
        if (!unknown.isEmpty()) {
            throw ServerSideApply.undeclared(applied, unknown, FieldOwnership.schema(type));
        }
    }

    private StoredObject createApplied(Target target, ObjectNode applied, boolean force, WriteOptions options) {
        if (!target.subresource().isEmpty()) {
            throw ApiException.notFound(target.type().name(), target.name().name());
        }
        if (!applied.path("metadata").path("uid").asText().isEmpty()) {
            throw ApiException.conflict(
                    target.type().name(),
                    target.name().name(),
                    "uid mismatch: the provided object specified uid "
                            + applied.path("metadata").path("uid").asText() + ", and no existing object was found");
        }
        ResourceType type = target.type();
        ObjectNode stored = Conversions.toStored(type, applied, target.version());
        ObjectNode object = ownership.apply(target, null, stored, options.fieldManager(), force);
        return creator.create(target, Conversions.toServed(type, object, target.version()), options, true);
    }

    /** A patch of whatever the object is by then. */
    private final class Merged implements Updater.Change {
        private final Target target;
        private final PatchBody patch;

        Merged(Target target, PatchBody patch) {
            this.target = target;
            this.patch = patch;
        }

        @Override
        public ObjectNode make(ObjectNode current) {
            return patched(target, current, patch);
        }

        @Override
        public ApiException unreadable(ObjectNode made, ApiException why) {
            return target.type()
                    .strategy()
                    .typeFault(made, target.version())
                    .map(fault -> PatchFaults.of(patch, made, fault))
                    .orElse(why);
        }
    }

    /** Merges a configuration into whatever the object is by then. */
    private final class Applied implements Updater.Change {
        private final Target target;
        private final ObjectNode applied;
        private final boolean force;
        private final WriteOptions options;

        Applied(Target target, ObjectNode applied, boolean force, WriteOptions options) {
            this.target = target;
            this.applied = applied;
            this.force = force;
            this.options = options;
        }

        @Override
        public ObjectNode make(ObjectNode current) {
            String pinned = applied.path("metadata").path("resourceVersion").asText();
            ResourceType type = target.type();
            ObjectNode live = Conversions.toStored(type, current, target.version());
            ObjectNode stored = Conversions.toStored(type, applied.deepCopy(), target.version());
            ObjectNode merged = Conversions.toServed(
                    type, ownership.apply(target, live, stored, options.fieldManager(), force), target.version());
            if (!pinned.isEmpty()) {
                merged.withObjectProperty("metadata").put("resourceVersion", pinned);
            }
            return merged;
        }

        @Override
        public boolean ownsFields() {
            return true;
        }
    }
}
