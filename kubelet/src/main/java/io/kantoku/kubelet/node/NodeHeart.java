package io.kantoku.kubelet.node;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Conditions;
import io.kantoku.client.Resources;
import io.kantoku.client.Timer;
import io.kantoku.kubelet.fleet.NodeObject;
import io.kantoku.kubelet.fleet.NodeSpec;
import io.kantoku.kubelet.fleet.NodeStatus;
import io.kantoku.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers a node and says that it lives: its lease every ten seconds, its status when it has changed and every five minutes. A
 * virtual thread of its own does both.
 */
final class NodeHeart {
    private static final Logger LOG = LoggerFactory.getLogger(NodeHeart.class);
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration WHILE_UNREADY = Duration.ofMillis(100);
    private static final Duration STATUS = Duration.ofMinutes(5);
    private static final int ATTEMPTS = 20;

    private final NodeSpec spec;
    private final NodeApi api;
    private final Timer clock;
    private final Supplier<NodeStatus> source;
    private final Sink events;
    private final String bootId = UUID.randomUUID().toString();
    private final Thread thread;
    private volatile @Nullable NodeStatus reported;
    private Instant reportedAt = Instant.EPOCH;
    private Instant renewed = Instant.EPOCH;

    NodeHeart(NodeSpec spec, NodeApi api, Timer clock, Supplier<NodeStatus> source, Sink events) {
        this.spec = spec;
        this.api = api;
        this.clock = clock;
        this.events = events;
        this.source = source;
        this.thread = Thread.ofVirtual().name("heart-" + spec.name()).unstarted(this::beat);
    }

    /** Takes Events about the node, all of type Normal; does not block. */
    @FunctionalInterface
    interface Sink {
        void record(KubeObject node, String reason, String message);
    }

    String bootId() {
        return bootId;
    }

    /** Makes the node's object unless it is there, with a status that says that it is not ready yet. */
    void register() {
        NamespacedName name = NamespacedName.clusterScoped(spec.name());
        try {
            if (api.client().find(Resources.NODES, name).isEmpty()) {
                api.client().create(Resources.NODES, NodeObject.create(spec));
            }
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                LOG.atWarn()
                        .setMessage("node could not be registered, trying again")
                        .addKeyValue("node", spec.name())
                        .addKeyValue("why", e.getMessage())
                        .log();
            }
        } catch (TransportException e) { // its first beat tries again
            LOG.atDebug()
                    .setMessage("node could not be registered, trying again")
                    .addKeyValue("node", spec.name())
                    .addKeyValue("why", e.getMessage())
                    .log();
        }
    }

    void start() {
        thread.start();
    }

    void close() {
        thread.interrupt();
    }

    private void beat() {
        boolean interrupted = false;
        while (!interrupted) {
            boolean ready = false;
            try {
                renew();
                ready = report();
            } catch (ApiException | TransportException e) {
                LOG.atDebug()
                        .setMessage("node could not report, trying again")
                        .addKeyValue("node", spec.name())
                        .addKeyValue("why", e.getMessage())
                        .log();
                ready = reported != null; // the next beat is soon enough
            }
            try {
                Thread.sleep(ready ? LEASE : WHILE_UNREADY);
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
    }

    private void renew() {
        Instant now = clock.instant();
        if (now.isBefore(renewed.plus(LEASE))) {
            return;
        }
        NamespacedName name = new NamespacedName("kube-node-lease", spec.name());
        try {
            Optional<KubeObject> lease = api.client().find(Resources.LEASES, name);
            if (lease.isPresent()) {
                NodeObject.renew(lease.get(), now);
                api.client().update(Resources.LEASES, lease.get());
            } else {
                Optional<KubeObject> node =
                        api.client().find(Resources.NODES, NamespacedName.clusterScoped(spec.name()));
                api.client().create(Resources.LEASES, NodeObject.lease(spec.name(), node, now));
            }
        } catch (ApiException e) {
            if (!e.isConflict() && !e.isAlreadyExists()) { // otherwise it was renewed at this moment
                throw e;
            }
        }
        renewed = now;
    }

    /** Whether the node is ready. */
    private boolean report() {
        NodeStatus status = source.get();
        Instant now = clock.instant();
        if (status.equals(reported) && now.isBefore(reportedAt.plus(STATUS))) {
            return status.problem().isEmpty();
        }
        NamespacedName name = NamespacedName.clusterScoped(spec.name());
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            KubeObject node = api.client()
                    .find(Resources.NODES, name)
                    .orElseGet(() -> api.client().create(Resources.NODES, NodeObject.create(spec)));
            boolean wasReady = Conditions.isTrue(node, "Ready");
            status.write(node, now);
            try {
                KubeObject stored = api.client().updateStatus(Resources.NODES, node);
                tell(stored, wasReady);
                reported = status;
                reportedAt = now;
                return status.problem().isEmpty();
            } catch (ApiException e) {
                if (!e.isConflict()) {
                    throw e;
                }
            }
        }
        return false;
    }

    /** In upstream's words: how the node began, and when it is ready or not any more. */
    private void tell(KubeObject node, boolean wasReady) {
        if (reported == null) {
            events.record(node, "Starting", "Starting kubelet.");
            for (String well : List.of("NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID")) {
                events.record(node, well, "Node " + spec.name() + " status is now: " + well);
            }
            events.record(node, "NodeAllocatableEnforced", "Updated Node Allocatable limit across pods");
        }
        boolean ready = Conditions.isTrue(node, "Ready");
        if (ready != wasReady) {
            String reason = ready ? "NodeReady" : "NodeNotReady";
            events.record(node, reason, "Node " + spec.name() + " status is now: " + reason);
        }
    }
}
