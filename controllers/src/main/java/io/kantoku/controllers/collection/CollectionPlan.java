package io.kantoku.controllers.collection;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.OwnerReference;
import io.kantoku.client.DeleteOptions.Propagation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the garbage collector does with one object. */
sealed interface CollectionPlan {
    /** Its owners are there, or it has none. */
    record Keep() implements CollectionPlan {}

    /** An owner is there, others are not: the references to those go. */
    record Unlink(Set<String> uids) implements CollectionPlan {}

    /** All owners are gone, or the last of them waits for this object. */
    record Delete(Propagation propagation) implements CollectionPlan {}

    /** All objects that block its deletion are gone. */
    record RemoveFinalizer(String finalizer) implements CollectionPlan {}

    /** It waits for these dependents; those that are not yet being deleted have their turn. */
    record AwaitDependents(Set<String> uids) implements CollectionPlan {}

    /** It lets go of its dependents, then of itself. */
    record Orphan() implements CollectionPlan {}

    /** What is true of an owner that a reference names. */
    enum Owner {
        /** It exists. */
        SOLID,
        /** It exists and is being deleted after its dependents. */
        AWAITS_DEPENDENTS,
        /** No such object, or another uid under its name. */
        ABSENT,
        /** Its kind is not served here, so nothing can be said. */
        UNKNOWN
    }

    /**
     * Decides as upstream's garbage collector does.
     *
     * @param live the object as it is now
     * @param item what the graph knows of it
     * @param owners what is true of each owner, by uid
     */
    static CollectionPlan plan(KubeObject live, OwnershipGraph.Item item, Map<String, Owner> owners) {
        if (live.deleting() && live.finalizers().contains("orphan")) {
            return new Orphan();
        }
        if (live.deleting() && live.finalizers().contains("foregroundDeletion")) {
            Set<String> blocking = new LinkedHashSet<>();
            for (OwnershipGraph.Dependent dependent : item.dependents()) {
                if (dependent.blocks()) {
                    blocking.add(dependent.uid());
                }
            }
            return blocking.isEmpty() ? new RemoveFinalizer("foregroundDeletion") : new AwaitDependents(blocking);
        }
        List<OwnerReference> references = live.ownerReferences();
        if (live.deleting() || references.isEmpty()) {
            return new Keep();
        }
        Set<String> useless = new LinkedHashSet<>();
        boolean solid = false;
        boolean awaited = false;
        for (OwnerReference reference : references) {
            switch (owners.getOrDefault(reference.uid(), Owner.UNKNOWN)) {
                case SOLID, UNKNOWN -> solid = true;
                case AWAITS_DEPENDENTS -> {
                    awaited = true;
                    useless.add(reference.uid());
                }
                case ABSENT -> useless.add(reference.uid());
            }
        }
        if (solid) {
            return useless.isEmpty() ? new Keep() : new Unlink(useless);
        }
        if (awaited && !item.dependents().isEmpty()) {
            // The owner waits for this object, so this object waits for its own dependents in turn.
            return new Delete(Propagation.FOREGROUND);
        }
        if (live.finalizers().contains("orphan")) {
            return new Delete(Propagation.ORPHAN);
        }
        return new Delete(
                live.finalizers().contains("foregroundDeletion") ? Propagation.FOREGROUND : Propagation.BACKGROUND);
    }
}
