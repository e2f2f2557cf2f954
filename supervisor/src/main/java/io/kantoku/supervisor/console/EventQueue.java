package io.kantoku.supervisor.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one stream has still to tell: the last state of each thing that changed since. Many threads put, one takes; a reader that is
 * slow costs memory for each thing at most once.
 */
final class EventQueue {
    /**
     * A thing that is there like this or, without an object, is gone.
     *
     * @param topic what kind of thing
     * @param key names it among those
     */
    record Message(String topic, String key, @Nullable ObjectNode present) {
        Optional<ObjectNode> object() {
            return Optional.ofNullable(present);
        }
    }

    private record Name(String topic, String key) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Map<Name, Message> pending = new LinkedHashMap<>();
    private boolean nudged;

    void put(String topic, String key, ObjectNode object) {
        add(new Message(topic, key, object));
    }

    void remove(String topic, String key) {
        add(new Message(topic, key, null));
    }

    /** Wakes the reader although there may be nothing to tell. */
    void nudge() {
        lock.lock();
        try {
            nudged = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void add(Message message) {
        lock.lock();
        try {
            Name name = new Name(message.topic(), message.key());
            pending.remove(name); // what is told last was changed last
            pending.put(name, message);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** All that there is to tell; waits for it, for the time given or until somebody nudges. */
    List<Message> take(Duration longest) throws InterruptedException {
        lock.lock();
        try {
            long left = longest.toNanos();
            while (pending.isEmpty() && !nudged && left > 0) {
                left = changed.awaitNanos(left);
            }
            nudged = false;
            List<Message> batch = new ArrayList<>(pending.values());
            pending = new LinkedHashMap<>();
            return batch;
        } finally {
            lock.unlock();
        }
    }
}
