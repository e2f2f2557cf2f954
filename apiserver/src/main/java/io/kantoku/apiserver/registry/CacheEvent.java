package io.kantoku.apiserver.registry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One change of one object, shared by everyone who watches the collection.
 *
 * <p>Forms of the object that cost work (tables, other versions) are made once per event and kept with it.
 */
public final class CacheEvent {
    private final long revision;
    private final StoredObject object;
    private final @Nullable StoredObject previous;
    private final boolean deleted;
    private final long at;
    private volatile @Nullable Map<Object, byte[]> forms;

    private CacheEvent(
            long revision, StoredObject object, @Nullable StoredObject previous, boolean deleted, long atMillis) {
        this.revision = revision;
        this.object = object;
        this.previous = previous;
        this.deleted = deleted;
        this.at = atMillis;
    }

    static CacheEvent written(StoredObject object, @Nullable StoredObject previous, long atMillis) {
        return new CacheEvent(object.revision(), object, previous, false, atMillis);
    }

    static CacheEvent deleted(long revision, StoredObject last, long atMillis) {
        return new CacheEvent(revision, last.at(revision), last, true, atMillis);
    }

    public long revision() {
        return revision;
    }

    /** The object after the change; for a deletion its last state, with the revision of the deletion. */
    public StoredObject object() {
        return object;
    }

    /** The object before the change, null when it is new. */
    public @Nullable StoredObject previous() {
        return previous;
    }

    public boolean deleted() {
        return deleted;
    }

    long atMillis() {
        return at;
    }

    int size() {
        return object.length();
    }

    /** What this change means to someone who sees only a selection; null when nothing. */
    public @Nullable Seen seenThrough(Selection selection) {
        StoredObject before = previous;
        boolean was = before != null && selection.matches(before);
        boolean is = !deleted && selection.matches(object);
        if (is) {
            return new Seen(was ? Seen.Type.MODIFIED : Seen.Type.ADDED, object);
        }
        return was && before != null ? new Seen(Seen.Type.DELETED, before.at(revision)) : null;
    }

    /** The object in a costly form, made by the first who needs it. */
    public byte[] form(Object encoding, Supplier<byte[]> maker) {
        return forms().computeIfAbsent(encoding, absent -> maker.get());
    }

    private Map<Object, byte[]> forms() {
        Map<Object, byte[]> known = forms;
        if (known == null) {
            synchronized (this) {
                known = forms;
                if (known == null) {
                    known = new ConcurrentHashMap<>();
                    forms = known;
                }
            }
        }
        return known;
    }

    /** A change as one watcher sees it. */
    public record Seen(Type type, StoredObject object) {
        /** The types of watch event that carry an object. */
        public enum Type {
            ADDED,
            MODIFIED,
            DELETED
        }
    }
}
