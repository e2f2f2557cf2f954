package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Keeps {@code metadata.managedFields}: who set which field. Trees are in the storage version. */
public interface FieldOwnership {
    /** Records what a create or update set. */
    void record(Target target, ObjectNode object, @Nullable ObjectNode old, String manager);

    /**
     * Merges an applied configuration into an object (server-side apply), and records what it set.
     *
     * @param live the present object, null when there is none
     * @throws io.kantoku.apimachinery.ApiException 409 with one cause per field that another manager owns
     */
    ObjectNode apply(Target target, @Nullable ObjectNode live, ObjectNode applied, String manager, boolean force);
}
