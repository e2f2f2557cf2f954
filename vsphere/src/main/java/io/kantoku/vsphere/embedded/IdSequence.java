package io.kantoku.vsphere.embedded;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kantoku.vsphere.MoRef;
import java.util.concurrent.locks.ReentrantLock;

/** Numbers for new inventory ids, never given twice; kept in blocks, so that a restart may leave a gap. */
final class IdSequence {
    /** The ids of the fixed objects are below. */
    private static final long FIRST = 41;

    private static final long BLOCK = 64;
    private static final String KEY = "sequence";

    private final ReentrantLock lock = new ReentrantLock();
    private final InventoryStorage storage;
    private long next;
    private long reserved;

    IdSequence(InventoryStorage storage) {
        this.storage = storage;
        this.next =
                storage.get(KEY).map(document -> document.path("next").asLong()).orElse(FIRST);
        this.reserved = next;
    }

    MoRef next(MoRef.Kind kind) {
        lock.lock();
        try {
            if (next == reserved) {
                long end = next + BLOCK;
                storage.put(KEY, JsonNodeFactory.instance.objectNode().put("next", end));
                reserved = end;
            }
            return kind.of(next++);
        } finally {
            lock.unlock();
        }
    }
}
