package io.kantoku.supervisor.workload;

import org.jspecify.annotations.Nullable;

/** What a Supervisor has running beside its machines: its operators. Used by the Supervisor's thread, and closed after it. */
final class SupervisorLife implements AutoCloseable {
    private final SupervisorRecord record;
    private final SupervisorServices services;
    private SupervisorOperators.@Nullable Running operators;

    SupervisorLife(SupervisorRecord record, SupervisorServices services) {
        this.record = record;
        this.services = services;
    }

    void startOperators() {
        if (operators == null) {
            operators = services.operators().start(record.cluster(), record.id());
        }
    }

    @Override
    public void close() {
        if (operators != null) {
            operators.close();
            operators = null;
        }
    }
}
