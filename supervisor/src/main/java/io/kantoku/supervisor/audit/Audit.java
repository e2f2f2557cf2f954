package io.kantoku.supervisor.audit;

/** Takes down what people do. Thread-safe. */
@FunctionalInterface
public interface Audit {
    /** Takes nothing down. */
    Audit NONE = _ -> {};

    void add(Deed deed);
}
