package io.kantoku.controllers.nodes;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.ObjectListener;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * When each node was last heard of, by this process's clock: a node whose clock is wrong is not dead. Written by the
 * subscriptions of leases and nodes.
 */
public final class Heartbeats {
    static final String NAMESPACE = "kube-node-lease";

    private final InstantSource clock;
    private final Map<ClusterId, Map<String, Beat>> beats = new ConcurrentHashMap<>();

    public Heartbeats(InstantSource clock) {
        this.clock = clock;
    }

    /** The listener of leases. */
    public ObjectListener leases() {
        return new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject lease, @Nullable KubeObject previous) {
                if (lease.namespace().equals(NAMESPACE)) {
                    heard(cluster, lease.name(), "lease " + lease.text("spec", "renewTime"));
                }
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject lease) {}
        };
    }

    /** The listener of nodes: a changed heartbeat in the status counts as well, as with kubelets that keep no lease. */
    public ObjectListener nodes() {
        return new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject node, @Nullable KubeObject previous) {
                for (var condition : node.at("status", "conditions")) {
                    if (condition.path("type").asText().equals("Ready")
                            && !condition.path("reason").asText().equals("NodeStatusUnknown")) {
                        heard(
                                cluster,
                                node.name(),
                                "status " + condition.path("lastHeartbeatTime").asText());
                        return;
                    }
                }
                of(cluster).putIfAbsent(node.name(), new Beat("", "", clock.instant()));
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject node) {
                of(cluster).remove(node.name());
            }
        };
    }

    /** When the node was last heard of; empty for a node that was never seen. */
    Optional<Instant> last(ClusterId cluster, String node) {
        return Optional.ofNullable(beats.getOrDefault(cluster, Map.of()).get(node))
                .map(Beat::at);
    }

    /** Forgets a cluster that does not exist any more. */
    void drop(ClusterId cluster) {
        beats.remove(cluster);
    }

    private Map<String, Beat> of(ClusterId cluster) {
        return beats.computeIfAbsent(cluster, _ -> new ConcurrentHashMap<>());
    }

    private void heard(ClusterId cluster, String node, String sign) {
        boolean lease = sign.startsWith("lease");
        of(cluster).compute(node, (_, before) -> {
            Beat known = before == null ? new Beat("", "", clock.instant()) : before;
            String old = lease ? known.lease() : known.status();
            if (before != null && old.equals(sign)) {
                return known;
            }
            return lease
                    ? new Beat(sign, known.status(), clock.instant())
                    : new Beat(known.lease(), sign, clock.instant());
        });
    }

    private record Beat(String lease, String status, Instant at) {}
}
