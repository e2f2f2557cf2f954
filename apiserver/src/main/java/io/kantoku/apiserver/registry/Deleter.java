package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apiserver.admission.AdmissionRequest.Operation;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes objects: at once where nothing is to be waited for, otherwise by marking them.
 *
 * <p>An object waits for its finalizers, for its grace period (pods: until the kubelet deletes it with none), and a namespace for its
 * content.
 */
final class Deleter {
    private static final int ATTEMPTS = 30;
    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";

    private final Commit commit;
    private final AdmissionChain admission;
    private final InstantSource clock;

    Deleter(Commit commit, AdmissionChain admission, InstantSource clock) {
        this.commit = commit;
        this.admission = admission;
        this.clock = clock;
    }

    /**
     * What a deletion came to.
     *
     * @param object the object as it is now, or was last
     * @param gone whether it does not exist any more
     */
    record Outcome(StoredObject object, boolean gone) {}

    /** @throws ApiException 404, 409 when a precondition does not hold, 403 from admission */
    Outcome delete(Target target, Deletion deletion, WriteOptions options) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            StoredObject current = commit.read(target.key())
                    .orElseThrow(() -> ApiException.notFound(
                            target.type().name(), target.name().name()));
            checkPreconditions(target, current, deletion);
            ObjectNode old = current.tree();
            admission.mutate(AdmissionChain.request(target, Operation.DELETE, null, old, options));
            admission.validate(AdmissionChain.request(target, Operation.DELETE, null, old, options));
            Optional<Outcome> outcome = attempt(target, current, deletion);
            if (outcome.isPresent()) {
                return outcome.get();
            }
        }
        throw Failures.modified(target.type().name(), target.name().name());
    }

    private Optional<Outcome> attempt(Target target, StoredObject current, Deletion deletion) {
        ObjectNode object = current.tree();
        ObjectNode metadata = object.withObjectProperty("metadata");
        boolean first = !current.deleting();
        boolean finalizersChanged = propagate(metadata, deletion.propagation());
        long grace = grace(target.type(), object, deletion);
        boolean changed = finalizersChanged;
        if (first) {
            mark(target.type(), object, grace);
            changed = true;
        } else {
            changed |= shorten(metadata, deletion, grace);
        }
        if (Finalization.isOver(target.type(), object)) {
            ObjectNode shown = graceful(target.type(), current) ? object : current.tree();
            return commit.remove(current, shown, deletion.dryRun()).map(last -> new Outcome(last, true));
        }
        if (!changed) {
            return Optional.of(new Outcome(current, false));
        }
        return commit.replace(current, object, deletion.dryRun()).map(marked -> new Outcome(marked, false));
    }

    /** Whether the last state shows that there was time to stop, or a wait; what went at once is shown as it was. */
    private static boolean graceful(ResourceType type, StoredObject current) {
        return current.deleting() || type.strategy().deletionGracePeriodSeconds(current.tree()) > 0;
    }

    /** How long the object may take to stop; a kind that needs no time takes none, whatever the client grants. */
    private static long grace(ResourceType type, ObjectNode object, Deletion deletion) {
        long own = type.strategy().deletionGracePeriodSeconds(object);
        if (own == 0) {
            return 0;
        }
        return deletion.gracePeriodSeconds() >= 0 ? deletion.gracePeriodSeconds() : own;
    }

    private void mark(ResourceType type, ObjectNode object, long grace) {
        ObjectNode metadata = object.withObjectProperty("metadata");
        Instant end = clock.instant().plusSeconds(grace);
        metadata.put("deletionTimestamp", Instants.text(end));
        metadata.put("deletionGracePeriodSeconds", grace);
        Generations.raise(type, object);
        if (type.name().equals(Finalization.NAMESPACES)) {
            object.withObjectProperty("status").put("phase", "Terminating");
        }
    }

    /** A later request can only shorten the grace period. */
    private boolean shorten(ObjectNode metadata, Deletion deletion, long grace) {
        long present = metadata.path("deletionGracePeriodSeconds").asLong(0);
        if (deletion.gracePeriodSeconds() < 0 || grace >= present) {
            return false;
        }
        Instant end = Instant.parse(metadata.path("deletionTimestamp").asText());
        metadata.put("deletionTimestamp", Instants.text(end.minusSeconds(present - grace)));
        metadata.put("deletionGracePeriodSeconds", grace);
        return true;
    }

    /** Sets the garbage collector's finalizers as the policy asks; whether that changed anything. */
    private static boolean propagate(ObjectNode metadata, Deletion.Propagation propagation) {
        if (propagation == Deletion.Propagation.UNSET) {
            return false;
        }
        Set<String> before = new LinkedHashSet<>();
        metadata.path("finalizers").forEach(node -> before.add(node.asText()));
        Set<String> after = new LinkedHashSet<>(before);
        after.remove(ORPHAN);
        after.remove(FOREGROUND);
        switch (propagation) {
            case ORPHAN -> after.add(ORPHAN);
            case FOREGROUND -> after.add(FOREGROUND);
            case BACKGROUND, UNSET -> {
                // neither finalizer
            }
        }
        if (after.equals(before)) {
            return false;
        }
        if (after.isEmpty()) {
            metadata.remove("finalizers");
        } else {
            ArrayNode finalizers = metadata.putArray("finalizers");
            after.forEach(finalizers::add);
        }
        return true;
    }

    private static void checkPreconditions(Target target, StoredObject current, Deletion deletion) {
        String name = target.name().name();
        if (!deletion.uid().isEmpty() && !deletion.uid().equals(current.uid())) {
            throw Failures.precondition(target.type().name(), name, "UID", deletion.uid(), current.uid());
        }
        String present = Long.toString(current.revision());
        if (!deletion.resourceVersion().isEmpty() && !deletion.resourceVersion().equals(present)) {
            throw Failures.precondition(
                    target.type().name(), name, "ResourceVersion", deletion.resourceVersion(), present);
        }
    }
}
