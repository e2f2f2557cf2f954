package io.kantoku.apiserver.audit;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.transport.Exchange;
import java.time.InstantSource;
import java.util.Optional;

/** Begins the audit of requests, when there is any. */
@FunctionalInterface
public interface Auditor {
    /** Audits nothing. */
    Auditor NONE = (_, _, _) -> Optional.empty();

    /**
     * Begins with a request.
     *
     * @param id what the answer and the Event name the request by
     */
    Optional<AuditTrail> begin(ClusterId cluster, String id, Exchange exchange);

    /** Audits what a policy says. */
    static Auditor of(AuditPolicy policy, AuditSink sink, InstantSource clock) {
        return (cluster, id, exchange) -> Optional.of(new AuditTrail(cluster, id, exchange, policy, sink, clock));
    }
}
