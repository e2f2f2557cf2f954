package io.kantoku.loadbalancer.appliance;

import java.util.concurrent.CompletableFuture;

/** A HAProxy master process that this process, or one before it, has started. */
interface EngineProcess {
    long pid();

    boolean alive();

    /** Completes when the process is gone. */
    CompletableFuture<?> exit();

    /** Ends the process and its workers, and waits until it is gone. */
    void end();
}
