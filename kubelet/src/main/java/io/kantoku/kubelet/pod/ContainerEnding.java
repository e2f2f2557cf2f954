package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.cri.Container;
import io.kantoku.kubelet.cri.GrpcException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends containers of one pod: the hook before, SIGTERM, and SIGKILL when the grace period is over, on a virtual thread each. A shorter
 * period that is asked for later counts. Owned by the pod's worker, which is woken when a container has ended.
 */
final class ContainerEnding {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerEnding.class);

    /** A hook that took the whole period leaves the container this long. */
    private static final Duration LEAST = Duration.ofSeconds(2);

    private final PodHost host;
    private final Runnable changed;
    private final Map<String, Instant> deadlines = new HashMap<>();
    private final Set<String> announced = new HashSet<>();
    private Optional<Instant> end = Optional.empty();

    ContainerEnding(PodHost host, Runnable changed) {
        this.host = host;
        this.changed = changed;
    }

    /** Ends all containers; sidecars after the others, the last of them first, within what is left of one period for all. */
    void endAll(KubeObject pod, ObservedPod observed, Duration period) {
        Instant now = host.clock().instant();
        Instant asked = now.plus(period);
        Instant latest = end.filter(known -> known.isBefore(asked)).orElse(asked);
        end = Optional.of(latest);
        Duration left = Duration.between(now, latest);
        Duration grace = period.isZero() || left.compareTo(LEAST) > 0 ? left : LEAST;
        boolean others = false;
        for (PodContainer container : PodContainer.all(pod)) {
            for (Container present : observed.attempts(container.name())) {
                if (present.running()) {
                    announce(pod, container, present.id(), words(container));
                    if (container.role() != PodContainer.Role.SIDECAR) {
                        others = true;
                        end(pod, container, present.id(), grace, words(container), observed.podIp());
                    }
                }
            }
        }
        if (others) {
            return;
        }
        for (PodContainer container : PodContainer.initial(pod).reversed()) {
            Optional<Container> running = observed.newest(container.name()).filter(Container::running);
            if (running.isPresent()) {
                end(pod, container, running.get().id(), grace, words(container), observed.podIp());
                return;
            }
        }
    }

    private static String words(PodContainer container) {
        return "Stopping container " + container.name();
    }

    private void announce(KubeObject pod, PodContainer container, String id, String message) {
        if (announced.add(id)) {
            host.event(pod, container.fieldPath(), "Normal", "Killing", message);
        }
    }

    /** Ends one container. */
    void end(KubeObject pod, PodContainer container, String id, Duration grace, String message, String podIp) {
        Instant deadline = host.clock().instant().plus(grace);
        Instant before = deadlines.get(id);
        if (before != null && !deadline.isBefore(before)) {
            return;
        }
        deadlines.put(id, deadline);
        boolean first = before == null;
        announce(pod, container, id, message);
        Thread.ofVirtual().name("end-" + container.name()).start(() -> {
            try {
                Duration left = first ? afterHook(pod, container, id, grace, podIp) : grace;
                host.cri().stopContainer(id, left);
            } catch (GrpcException e) {
                LOG.atWarn()
                        .setMessage("a container could not be stopped")
                        .addKeyValue("pod", pod.namespacedName())
                        .addKeyValue("container", container.name())
                        .addKeyValue("why", e.getMessage())
                        .log();
            } finally {
                changed.run();
            }
        });
    }

    private Duration afterHook(KubeObject pod, PodContainer container, String id, Duration grace, String podIp) {
        JsonNode hook = container.json().path("lifecycle").path("preStop");
        if (hook.isMissingNode() || grace.isZero()) {
            return grace;
        }
        Instant begun = host.clock().instant();
        Hooks.run(host, hook, container, id, podIp, grace).ifPresent(why -> {
            LOG.atInfo()
                    .setMessage("a hook before the end of a container failed")
                    .addKeyValue("pod", pod.namespacedName())
                    .addKeyValue("container", container.name())
                    .addKeyValue("why", why)
                    .log();
            host.event(pod, container.fieldPath(), "Warning", "FailedPreStopHook", "PreStopHook failed");
        });
        Duration left = grace.minus(Duration.between(begun, host.clock().instant()));
        return left.compareTo(LEAST) < 0 ? LEAST : left;
    }
}
