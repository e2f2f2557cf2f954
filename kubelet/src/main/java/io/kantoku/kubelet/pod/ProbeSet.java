package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.cri.Container;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;

/**
 * The probes of one pod's containers, each on a virtual thread of its own while its container runs. The pod's worker asks for their
 * results and is woken when one changes.
 */
final class ProbeSet implements AutoCloseable {
    private record Key(String container, ProbeKind kind) {}

    private final PodHost host;
    private final Runnable changed;
    private final ConcurrentMap<Key, Probe> probes = new ConcurrentHashMap<>();

    ProbeSet(PodHost host, Runnable changed) {
        this.host = host;
        this.changed = changed;
    }

    /** Makes exactly the probes of the running containers run; of a pod that ends, only those of readiness. */
    void follow(KubeObject pod, List<Container> containers, String podIp, boolean ending) {
        Set<Key> wanted = new HashSet<>();
        for (PodContainer container : PodContainer.all(pod)) {
            for (Container present : containers) {
                if (!present.running() || !present.name().equals(container.name())) {
                    continue;
                }
                for (ProbeKind kind : ProbeKind.values()) {
                    Key key = new Key(present.id(), kind);
                    boolean probing = container.hasProbe(kind) && (!ending || kind == ProbeKind.READINESS);
                    if (probing || kind == ProbeKind.STARTUP) {
                        wanted.add(key);
                        probes.computeIfAbsent(key, _ -> new Probe(pod, container, present, kind, podIp));
                    }
                }
            }
        }
        probes.forEach((key, probe) -> {
            if (!wanted.contains(key)) {
                probe.close();
                probes.remove(key);
            }
        });
    }

    /** The running containers that have started: those without a startup probe, and those whose probe succeeded. */
    Set<String> started() {
        Set<String> started = new HashSet<>();
        probes.forEach((key, probe) -> {
            if (key.kind() == ProbeKind.STARTUP && probe.passed) {
                started.add(key.container());
            }
        });
        return started;
    }

    /** The containers that have started and whose readiness probe does not fail. */
    Set<String> ready() {
        Set<String> ready = started();
        probes.forEach((key, probe) -> {
            if (key.kind() == ProbeKind.READINESS && !probe.passed) {
                ready.remove(key.container());
            }
        });
        return ready;
    }

    /** The containers that have to be restarted, with the words for the Event. */
    Map<String, String> unhealthy() {
        Map<String, String> unhealthy = new HashMap<>();
        probes.forEach((key, probe) -> probe.verdict.ifPresent(words -> unhealthy.put(key.container(), words)));
        return unhealthy;
    }

    /** How long a container that a probe condemned may take to end: the probe's word goes before the pod's. */
    Optional<Duration> grace(String container) {
        return probes.entrySet().stream()
                .filter(entry -> entry.getKey().container().equals(container))
                .filter(entry -> entry.getValue().verdict.isPresent())
                .map(entry -> entry.getValue().spec.path("terminationGracePeriodSeconds"))
                .filter(JsonNode::isNumber)
                .map(seconds -> Duration.ofSeconds(seconds.asLong()))
                .findFirst();
    }

    @Override
    public void close() {
        probes.values().forEach(Probe::close);
        probes.clear();
    }

    /** One probe; its thread alone writes its fields. */
    private final class Probe {
        private final KubeObject pod;
        private final PodContainer container;
        private final Container running;
        private final ProbeKind kind;
        private final String podIp;
        private final JsonNode spec;
        private final CountDownLatch finished = new CountDownLatch(1);
        private final Thread thread;
        private volatile boolean passed;
        private volatile Optional<String> verdict = Optional.empty();

        Probe(KubeObject pod, PodContainer container, Container running, ProbeKind kind, String podIp) {
            this.pod = pod;
            this.container = container;
            this.running = running;
            this.kind = kind;
            this.podIp = podIp;
            this.spec = container.json().path(kind.field());
            this.passed = kind == ProbeKind.LIVENESS || spec.isMissingNode();
            this.thread = Thread.ofVirtual()
                    .name("probe-" + container.name())
                    .unstarted(spec.isMissingNode() ? finished::countDown : this::run);
            thread.start();
        }

        void close() {
            thread.interrupt();
        }

        private void run() {
            try {
                Duration since =
                        Duration.between(running.started(), host.clock().instant());
                Thread.sleep(positive(
                        Duration.ofSeconds(spec.path("initialDelaySeconds").asLong())
                                .minus(since)));
                if (kind != ProbeKind.STARTUP) {
                    awaitStart();
                }
                repeat();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                finished.countDown();
            }
        }

        private void awaitStart() throws InterruptedException {
            Probe startup = probes.get(new Key(running.id(), ProbeKind.STARTUP));
            if (startup != null && !startup.passed) {
                startup.finished.await();
            }
        }

        private void repeat() throws InterruptedException {
            Duration period = Duration.ofSeconds(spec.path("periodSeconds").asLong(10));
            Duration limit = Duration.ofSeconds(spec.path("timeoutSeconds").asLong(1));
            int successes = 0;
            int failures = 0;
            while (true) {
                Instant begun = host.clock().instant();
                ProbeResult result = host.probes().probe(spec, container.json(), running.id(), podIp, limit);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                boolean failed = result instanceof ProbeResult.Failure;
                successes = failed ? 0 : successes + 1;
                failures = failed ? failures + 1 : 0;
                tell(result);
                if (judged(successes, failures)) {
                    return;
                }
                Thread.sleep(positive(
                        period.minus(Duration.between(begun, host.clock().instant()))));
            }
        }

        private void tell(ProbeResult result) {
            switch (result) {
                case ProbeResult.Success _ -> {}
                case ProbeResult.Warning warning ->
                    event("ProbeWarning", kind.title() + " probe warning: " + warning.words());
                case ProbeResult.Failure failure ->
                    event("Unhealthy", kind.title() + " probe failed: " + failure.words());
            }
        }

        private void event(String reason, String message) {
            host.event(pod, container.fieldPath(), "Warning", reason, message);
        }

        /** Whether there is nothing more to ask. */
        private boolean judged(int successes, int failures) {
            if (successes >= spec.path("successThreshold").asInt(1) && !passed) {
                passed = true;
                if (kind == ProbeKind.STARTUP) {
                    finished.countDown();
                }
                changed.run();
            }
            if (failures >= spec.path("failureThreshold").asInt(3) && (passed || kind == ProbeKind.STARTUP)) {
                passed = false;
                if (kind != ProbeKind.READINESS) {
                    verdict = Optional.of("Container " + container.name() + " failed "
                            + kind.title().toLowerCase(Locale.ROOT) + " probe, will be restarted");
                }
                changed.run();
            }
            return verdict.isPresent() || (kind == ProbeKind.STARTUP && passed);
        }

        private static Duration positive(Duration duration) {
            return duration.isNegative() ? Duration.ZERO : duration;
        }
    }
}
