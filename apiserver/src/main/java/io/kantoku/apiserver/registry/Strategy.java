package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.schema.TypeSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of one kind, as pure functions on its tree in the storage version. Metadata common to all kinds (name, uid,
 * generation, timestamps, managedFields, the status split) is the registry's business, not the strategy's.
 */
public interface Strategy {
    /** The members of {@code metadata} that clients write. */
    Set<String> CLIENT_METADATA = Set.of("labels", "annotations", "finalizers", "ownerReferences");

    /** Where the objects are stored when that is not the kind's own name, because they are seen under several. */
    default Optional<StoredAs> storedAs() {
        return Optional.empty();
    }

    /** Whether the kind comes with the server rather than with a definition. */
    default boolean builtIn() {
        return false;
    }

    /** Fills in absent fields, on create, update and apply. */
    default void applyDefaults(ObjectNode object) {}

    /** The revision since which the rules are what they are: objects that were stored before may not be of their form. */
    default long since() {
        return 0;
    }

    /** Brings an object that was stored before {@link #since} into the form of today: what is unknown goes, defaults come. */
    default void renew(ObjectNode object) {}

    /** Adds the fields that every object of the kind has, set or not, as Go's types have them: {@code status: {}}. */
    default void complete(ObjectNode object) {}

    /** Sets what the server alone decides for a new object, for example a pod's initial phase. */
    default void prepareForCreate(ObjectNode object) {}

    /** Carries over from {@code old} what a client may not change and may leave out. */
    default void prepareForUpdate(ObjectNode object, ObjectNode old) {}

    /** What is wrong with a new or changed object. */
    default List<FieldError> validate(ObjectNode object) {
        return List.of();
    }

    /** What is wrong with the step from {@code old} to {@code object}, beside {@link #validate}. */
    default List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        return List.of();
    }

    /** What is wrong with a changed object, all in all. */
    default List<FieldError> validateChange(ObjectNode object, ObjectNode old) {
        List<FieldError> errors = new ArrayList<>(validate(object));
        errors.addAll(validateUpdate(object, old));
        return errors;
    }

    /** Puts back from {@code old} what a subresource of the kind's own ({@code resize}) does not change; the status is put back anyhow. */
    default void limitPart(String subresource, ObjectNode object, ObjectNode old) {}

    /** What is wrong with an object that was changed by a subresource of the kind's own, all in all. */
    default List<FieldError> validatePart(String subresource, ObjectNode object, ObjectNode old) {
        return validate(object);
    }

    /** Members of {@code metadata} that a write of the status cannot change; of built-in kinds many allow labels and annotations. */
    default Set<String> fixedByStatus() {
        return CLIENT_METADATA;
    }

    /** What is wrong with a changed status. */
    default List<FieldError> validateStatus(ObjectNode object, ObjectNode old) {
        return List.of();
    }

    /** Fields of {@code object} that the kind's schema does not know, as paths; for {@code fieldValidation}. */
    default List<String> unknownFields(ObjectNode object) {
        return List.of();
    }

    /** The same of an object in a served version that is not the stored one, where the kind has a schema for it; removes them. */
    default List<String> pruneServed(ObjectNode object, String version) {
        return List.of();
    }

    /** Removes what {@link #unknownFields} names, as the API server drops unknown fields. */
    default void prune(ObjectNode object) {}

    /** Why an object of a served version cannot be read, when {@link #prune} has refused it. */
    default Optional<TypeFault> typeFault(ObjectNode object, String version) {
        return Optional.empty();
    }

    /** How long an object may take to stop before it is removed; 0 removes at once. Pods have 30 unless they say otherwise. */
    default long deletionGracePeriodSeconds(ObjectNode object) {
        return 0;
    }

    /** Warnings for the client that creates or changes the object, for example of deprecated versions. */
    default List<String> warnings(ObjectNode object) {
        return List.of();
    }

    /** What every client that asks for a served version is warned of. */
    default Optional<String> deprecation(String version) {
        return Optional.empty();
    }

    /** Changes a tree of the storage version into another served version; by default only {@code apiVersion}, which the caller sets. */
    default ObjectNode toVersion(ObjectNode object, String version) {
        return object;
    }

    /** Changes many trees of the storage version; the trees that are returned need not be the ones that were given. */
    default List<ObjectNode> toVersion(List<ObjectNode> objects, String version) {
        return objects.stream().map(object -> toVersion(object, version)).toList();
    }

    /** Changes a tree of a served version into the storage version; by default only {@code apiVersion}, which the caller sets. */
    default ObjectNode fromVersion(ObjectNode object, String version) {
        return object;
    }

    /** Whether an update may leave out {@code resourceVersion} and then replaces whatever is there. */
    default boolean allowsUnconditionalUpdate() {
        return true;
    }

    /** Whether an update of an object that does not exist creates it. */
    default boolean createsOnUpdate() {
        return false;
    }

    /** Where the {@code scale} subresource, if the kind has one, finds its numbers. */
    default ScalePaths scalePaths() {
        return ScalePaths.WORKLOAD;
    }

    /** The paths by which objects can be selected in a version, in the definition's order, where versions differ. */
    default Optional<Set<String>> selectableFields(String version) {
        return Optional.empty();
    }

    /** Whether objects of a version may have other fields than stored ones, so that a selector has to look at converted objects. */
    default boolean convertsFields(String version) {
        return false;
    }

    /** The OpenAPI v3 schema of a custom kind in a version; built-in kinds are described elsewhere. */
    default Optional<ObjectNode> openApiSchema(String version) {
        return Optional.empty();
    }

    /** How the fields of a custom kind, in the storage version, are divided among owners; built-in kinds are described elsewhere. */
    default Optional<TypeSchema> typeSchema() {
        return Optional.empty();
    }
}
