package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.admission.AdmissionRequest.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Changes objects: reads, lets the change be made, checks the step, and swaps it in unless someone else was faster. */
final class Updater {
    private static final int ATTEMPTS = 30;

    private final Commit commit;
    private final AdmissionChain admission;
    private final FieldOwnership ownership;

    Updater(Commit commit, AdmissionChain admission, FieldOwnership ownership) {
        this.commit = commit;
        this.admission = admission;
        this.ownership = ownership;
    }

    /** A change to an object, which may be asked to make it again on a newer version. */
    @FunctionalInterface
    interface Change {
        /**
         * Makes the new object.
         *
         * @param current the present object in the client's version, the callee's own
         * @return in the client's version; when its {@code resourceVersion} is not empty it must be the present one
         */
        ObjectNode make(ObjectNode current);

        /**
         * What the client is told when what was made cannot be read as an object of the kind.
         *
         * @param why what a client that sent it as a whole is told
         */
        default ApiException unreadable(ObjectNode made, ApiException why) {
            return why;
        }

        /** Whether the change has recorded itself who owns what it set. */
        default boolean ownsFields() {
            return false;
        }
    }

    /**
     * Makes a change.
     *
     * @throws ApiException 404, 409 Conflict, 422 Invalid, 403 from admission
     */
    StoredObject update(Target target, Change change, WriteOptions options) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            StoredObject current = commit.read(target.key())
                    .orElseThrow(() -> ApiException.notFound(
                            target.type().name(), target.name().name()));
            List<String> warnings = new ArrayList<>();
            WriteOptions once = new WriteOptions(
                    options.dryRun(), options.fieldManager(), options.validation(), options.sent(), warnings);
            Optional<StoredObject> updated = attempt(target, change, current, once);
            if (updated.isPresent()) {
                options.warnings().addAll(warnings);
                return updated.get();
            }
        }
        throw Failures.modified(target.type().name(), target.name().name());
    }

    private Optional<StoredObject> attempt(Target target, Change change, StoredObject current, WriteOptions options) {
        ResourceType type = target.type();
        ObjectNode old = current.tree();
        ObjectNode made = change.make(Conversions.toServed(type, current.tree(), target.version()));
        ObjectNode object = read(target, made, old, change, options);
        carryMetadata(object, old);
        SubresourceScope.limit(target, object, old);
        type.strategy().applyDefaults(object);
        type.strategy().complete(object);
        if (!change.ownsFields()) {
            ownership.record(target, object, old, options.fieldManager());
        }
        ownership.keeping(
                object,
                options,
                () -> admission.mutate(AdmissionChain.request(target, Operation.UPDATE, object, old, options)));
        SubresourceScope.limit(target, object, old);
        if (target.subresource().isEmpty()) {
            type.strategy().prepareForUpdate(object, old);
        }
        if (!target.subresource().equals("binding")) { // where it runs is no wish of the object's owner
            Generations.carryOn(type, object, old);
        }
        admission.complete(AdmissionChain.request(target, Operation.UPDATE, object, old, options));
        check(target, object, old);
        admission.validate(AdmissionChain.request(target, Operation.UPDATE, object, old, options));
        options.warnings().addAll(type.strategy().warnings(object));
        if (unchanged(object, old)) {
            return Optional.of(current);
        }
        if (Finalization.isOver(type, object)) {
            return commit.remove(current, object, options.dryRun());
        }
        return change.ownsFields()
                ? commit.replace(current, object, options.dryRun())
                : ownership.orWithout(object, () -> commit.replace(current, object, options.dryRun()));
    }

    private static ObjectNode read(
            Target target, ObjectNode made, ObjectNode old, Change change, WriteOptions options) {
        ResourceType type = target.type();
        try {
            UnknownFields.dropServed(type, made, target.version(), options);
            ObjectNode object = Conversions.toStored(type, made, target.version());
            checkIdentity(target, object, old);
            UnknownFields.drop(type, object, options);
            return object;
        } catch (ApiException e) {
            throw e.code() == 400 ? change.unreadable(made, e) : e;
        }
    }

    private static void checkIdentity(Target target, ObjectNode object, ObjectNode old) {
        JsonNode metadata = object.path("metadata");
        ResourceType type = target.type();
        String name = target.name().name();
        String version = metadata.path("resourceVersion").asText();
        String present = old.path("metadata").path("resourceVersion").asText();
        if (version.isEmpty() || version.equals("0")) {
            if (!type.strategy().allowsUnconditionalUpdate()) {
                throw ApiException.invalid(
                        target.kind(),
                        name,
                        List.of(FieldError.invalid(
                                FieldPath.of("metadata", "resourceVersion"), "", "must be specified for an update")));
            }
        }
        String uid = metadata.path("uid").asText();
        String presentUid = old.path("metadata").path("uid").asText();
        if (!uid.isEmpty() && !uid.equals(presentUid)) {
            throw Failures.precondition(type.name(), name, "UID", uid, presentUid);
        }
        if (!version.isEmpty() && !version.equals("0") && !version.equals(present)) {
            throw Failures.modified(type.name(), name);
        }
        BodyChecks.ownName(target, object);
        if (!metadata.path("namespace").asText().equals(target.name().namespace())) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    /** Puts back what no client may change. */
    private static void carryMetadata(ObjectNode object, ObjectNode old) {
        ObjectNode metadata = object.withObjectProperty("metadata");
        JsonNode before = old.path("metadata");
        for (String field : List.of(
                "uid",
                "creationTimestamp",
                "deletionTimestamp",
                "deletionGracePeriodSeconds",
                "generation",
                "generateName",
                "resourceVersion")) {
            JsonNode value = before.get(field);
            if (value == null) {
                metadata.remove(field);
            } else {
                metadata.set(field, value);
            }
        }
        metadata.remove("selfLink");
    }

    private static void check(Target target, ObjectNode object, ObjectNode old) {
        Strategy strategy = target.type().strategy();
        List<FieldError> errors = new ArrayList<>(MetadataRules.check(target.type(), object));
        errors.addAll(MetadataRules.checkUpdate(object, old));
        switch (target.subresource()) {
            case "status" -> errors.addAll(strategy.validateStatus(object, old));
            case "", "scale" -> errors.addAll(strategy.validateChange(object, old));
            default -> errors.addAll(strategy.validatePart(target.subresource(), object, old));
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid(target.kind(), target.name().name(), errors);
        }
    }

    private static boolean unchanged(ObjectNode object, ObjectNode old) {
        return Json.equal(withoutTimes(object), withoutTimes(old));
    }

    /** The time of an entry of managedFields changes with every write; alone it is no change. */
    private static ObjectNode withoutTimes(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        copy.path("metadata").path("managedFields").forEach(entry -> ((ObjectNode) entry).remove("time"));
        return copy;
    }
}
