package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import java.util.List;

/**
 * The rules of one kind, as pure functions on its tree in the storage version. Metadata common to all kinds (name, uid,
 * generation, timestamps, managedFields, the status split) is the registry's business, not the strategy's.
 */
public interface Strategy {
    /** Fills in absent fields, on create, update and apply. */
    default void applyDefaults(ObjectNode object) {}

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

    /** What is wrong with a changed status. */
    default List<FieldError> validateStatus(ObjectNode object, ObjectNode old) {
        return List.of();
    }

    /** Fields of {@code object} that the kind's schema does not know, as paths; for {@code fieldValidation}. */
    default List<String> unknownFields(ObjectNode object) {
        return List.of();
    }

    /** Removes what {@link #unknownFields} names, as the API server drops unknown fields. */
    default void prune(ObjectNode object) {}

    /** How long an object may take to stop before it is removed; 0 removes at once. Pods have 30 unless they say otherwise. */
    default long deletionGracePeriodSeconds(ObjectNode object) {
        return 0;
    }

    /** Warnings for the client that creates or changes the object, for example of deprecated versions. */
    default List<String> warnings(ObjectNode object) {
        return List.of();
    }
}
