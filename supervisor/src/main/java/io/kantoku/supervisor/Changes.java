package io.kantoku.supervisor;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Tells which of the things that vCenter itself keeps have changed: Supervisors, namespaces, the audit log. A listener is called
 * by the thread that made the change and must not block. Thread-safe.
 */
public final class Changes {
    /** What changes. */
    public enum Topic {
        SUPERVISOR,
        NAMESPACE,
        AUDIT
    }

    /** Hears of changes. */
    @FunctionalInterface
    public interface Listener {
        /** The thing of that key was made, changed or removed; who wants to know which, reads it. */
        void changed(Topic topic, String key);
    }

    /** A listener that is being told. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    public Subscription subscribe(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    public void publish(Topic topic, String key) {
        listeners.forEach(listener -> listener.changed(topic, key));
    }
}
