package io.kantoku.store;

import io.kantoku.store.Command.Delete;
import io.kantoku.store.Command.Put;
import io.kantoku.store.Command.Write;
import io.kantoku.store.StoreException.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes that become durable together: each is judged against the state that the ones before it in the batch would leave, and
 * hears nothing before the fate of the batch is known.
 */
final class Batch {
    private final Versions versions;
    private final List<Change> changes = new ArrayList<>();
    private final Map<String, Change> latest = new HashMap<>();
    private final List<Runnable> answers = new ArrayList<>();

    Batch(Versions versions) {
        this.versions = versions;
    }

    /** In revision order, consecutive from the store's next revision on. */
    List<Change> changes() {
        return changes;
    }

    void add(Write<?> write) {
        Entry present = present(write.key);
        String objection = objection(write, present);
        if (objection != null) {
            answers.add(() -> write.refuse(Code.CONFLICT, objection, null));
            return;
        }
        long revision = versions.revision() + changes.size() + 1;
        switch (write) {
            case Put put -> {
                long created = present == null ? revision : present.createRevision();
                Entry entry = new Entry(put.key, put.value, created, revision);
                change(new Change(revision, put.key, entry, present));
                answers.add(() -> put.done(entry));
            }
            case Delete delete -> {
                change(new Change(revision, delete.key, null, present));
                answers.add(() -> delete.done(revision));
            }
        }
    }

    /** Tells every writer that what it asked for is done or was refused. */
    void answer() {
        answers.forEach(Runnable::run);
    }

    private void change(Change change) {
        changes.add(change);
        latest.put(change.key(), change);
    }

    private @Nullable Entry present(String key) {
        Change change = latest.get(key);
        return change == null ? versions.get(key) : change.current();
    }

    private static @Nullable String objection(Write<?> write, @Nullable Entry present) {
        return switch (write.expected) {
            case Expectation.Any() -> write instanceof Delete && present == null ? "there is no " + write.key : null;
            case Expectation.Absent() ->
                present != null
                        ? write.key + " exists since revision " + present.createRevision()
                        : write instanceof Delete ? "there is no " + write.key : null;
            case Expectation.Revision(long revision) ->
                present == null
                        ? "there is no " + write.key
                        : present.modRevision() != revision
                                ? write.key + " is at revision " + present.modRevision() + ", not " + revision
                                : null;
        };
    }
}
