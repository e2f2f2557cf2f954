package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.store.Entry;
import io.kantoku.store.Expectation;
import io.kantoku.store.Store;
import io.kantoku.store.StoreException;
import java.time.Duration;
import java.util.Optional;

/**
 * The last step of a write: bytes into the store, and not back to the caller before every reader of this server sees them.
 *
 * <p>Each method is empty when the object was changed meanwhile; nothing has been written then.
 */
final class Commit {
    /** As large as etcd's default allows. */
    static final int LARGEST_OBJECT = 3 << 19;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Store store;
    private final WatchCache cache;

    Commit(Store store, WatchCache cache) {
        this.store = store;
        this.cache = cache;
    }

    /** The object as it is now. */
    Optional<StoredObject> read(StorageKey key) {
        try {
            return store.get(key.toString()).map(entry -> StoredObject.of(key, entry.value(), entry.modRevision()));
        } catch (StoreException e) {
            throw Failures.of(e);
        }
    }

    Optional<StoredObject> create(StorageKey key, ObjectNode object, boolean dryRun) {
        byte[] bytes = encode(object);
        if (dryRun) {
            return read(key).isPresent() ? Optional.empty() : Optional.of(StoredObject.of(key, bytes, 0));
        }
        return put(key, bytes, new Expectation.Absent());
    }

    /** Writes a new object whose bytes are complete, without waiting until readers see it; 0 when there is one already. */
    long plant(StorageKey key, byte[] bytes) {
        try {
            return store.put(key.toString(), bytes, new Expectation.Absent()).modRevision();
        } catch (StoreException e) {
            if (e.code() == StoreException.Code.CONFLICT) {
                return 0;
            }
            throw Failures.of(e);
        }
    }

    Optional<StoredObject> replace(StoredObject current, ObjectNode object, boolean dryRun) {
        byte[] bytes = encode(object);
        if (current.sameContent(bytes)) {
            return Optional.of(current);
        }
        if (dryRun) {
            return Optional.of(StoredObject.of(current.key(), bytes, current.revision()));
        }
        return put(current.key(), bytes, new Expectation.Revision(current.revision()));
    }

    /** Removes the object; its last state is {@code last}, which is not stored any more. */
    Optional<StoredObject> remove(StoredObject current, ObjectNode last, boolean dryRun) {
        byte[] bytes = ObjectBytes.encode(last);
        if (dryRun) {
            return Optional.of(StoredObject.of(current.key(), bytes, current.revision()));
        }
        try {
            long revision = store.delete(current.key().toString(), new Expectation.Revision(current.revision()));
            cache.awaitRevision(revision, PATIENCE);
            return Optional.of(StoredObject.of(current.key(), bytes, revision));
        } catch (StoreException e) {
            return conflictOrFail(e);
        }
    }

    private Optional<StoredObject> put(StorageKey key, byte[] bytes, Expectation expected) {
        try {
            Entry entry = store.put(key.toString(), bytes, expected);
            cache.awaitRevision(entry.modRevision(), PATIENCE);
            return Optional.of(StoredObject.of(key, bytes, entry.modRevision()));
        } catch (StoreException e) {
            return conflictOrFail(e);
        }
    }

    private static Optional<StoredObject> conflictOrFail(StoreException failure) {
        if (failure.code() == StoreException.Code.CONFLICT) {
            return Optional.empty();
        }
        throw Failures.of(failure);
    }

    private static byte[] encode(ObjectNode object) {
        byte[] bytes = ObjectBytes.encode(object);
        if (bytes.length > LARGEST_OBJECT) {
            throw ApiException.tooLarge("the object has " + bytes.length + " bytes, limit is " + LARGEST_OBJECT);
        }
        return bytes;
    }
}
