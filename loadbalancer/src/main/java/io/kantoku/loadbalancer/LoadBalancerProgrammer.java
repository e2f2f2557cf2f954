package io.kantoku.loadbalancer;

import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.loadbalancer.model.Frontend;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.Parent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings virtual servers into effect on every appliance of a set (one, or an active and a standby one). Thread-safe and
 * idempotent; calls block until the change serves everywhere.
 *
 * <p>Calls that arrive while one is carried out go together in the next transaction: the first caller that gets the lock
 * carries out all that wait. When such a batch is refused, each change is tried by itself, so that one bad address does not
 * hold up the others.
 *
 * <p>Of several appliances, one that cannot be reached does not hold up the others either: it is brought in step when it is back
 * ({@link #keepInStep}). So is one whose configuration somebody else has changed.
 */
public final class LoadBalancerProgrammer implements AutoCloseable {
    /** Time for one reload of the vSphere appliance, which gathers changes for 30 s, and some more. */
    public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(75);

    private static final Logger LOG = LoggerFactory.getLogger(LoadBalancerProgrammer.class);

    private final List<DataPlaneClient> clients;
    private final Duration deadline;
    private final Queue<Change> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    /** All that was put and not removed since. Guarded by the lock, as the next two are. */
    private final Map<String, VirtualServer> wanted = new LinkedHashMap<>();

    private final Set<String> removed = new HashSet<>();
    private final Set<DataPlaneClient> behind = new HashSet<>();
    private volatile @Nullable Thread keeper;

    /**
     * Programs these appliances.
     *
     * @param clients one for each appliance
     * @param deadline for one change to take effect on one appliance
     */
    public LoadBalancerProgrammer(List<DataPlaneClient> clients, Duration deadline) {
        this.clients = List.copyOf(clients);
        this.deadline = deadline;
    }

    /** A change that somebody waits for. Guarded by the lock. */
    private static final class Change {
        final String name;
        final Optional<VirtualServer> wanted;
        boolean done;

        @Nullable
        RuntimeException failure;

        Change(String name, Optional<VirtualServer> wanted) {
            this.name = name;
            this.wanted = wanted;
        }
    }

    /**
     * Makes the virtual server be as described, whatever was there under its name.
     *
     * @throws DataPlaneException when an appliance refuses it or does not bring it into effect; the others are programmed
     *     nevertheless
     */
    public void put(VirtualServer server) {
        submit(new Change(server.name(), Optional.of(server)));
    }

    /** Removes the virtual server of that name, if there is one, with its backends. */
    public void remove(String name) {
        submit(new Change(name, Optional.empty()));
    }

    /**
     * Makes these be all virtual servers whose names begin with a prefix: others of that prefix go, and backends of it that
     * nobody needs.
     *
     * @param ownerPrefix not empty, and no prefix of anybody else's names
     * @return how many calls were made, over all appliances
     */
    public int apply(String ownerPrefix, Collection<VirtualServer> wanted) {
        if (ownerPrefix.isEmpty()) {
            throw new IllegalArgumentException("an empty prefix would remove what others have configured");
        }
        for (VirtualServer server : wanted) {
            if (!server.name().startsWith(ownerPrefix)) {
                throw new IllegalArgumentException(server.name() + " does not begin with " + ownerPrefix);
            }
        }
        List<VirtualServer> all = List.copyOf(wanted);
        lock.lock();
        try {
            return everywhere(observed -> {
                Set<String> removed = new TreeSet<>();
                for (Frontend frontend : Kinds.FRONTENDS.list(observed, Parent.NONE)) {
                    if (frontend.name().startsWith(ownerPrefix)) {
                        removed.add(frontend.name());
                    }
                }
                return VirtualServerPlan.of(observed, all, removed, backend -> backend.startsWith(ownerPrefix));
            });
        } finally {
            lock.unlock();
        }
    }

    private void submit(Change change) {
        waiting.add(change);
        lock.lock();
        try {
            if (!change.done) {
                carryOut();
            }
        } finally {
            lock.unlock();
        }
        if (change.failure != null) {
            throw change.failure;
        }
    }

    private void carryOut() {
        List<Change> batch = new ArrayList<>();
        for (Change next = waiting.poll(); next != null; next = waiting.poll()) {
            batch.add(next);
        }
        try {
            carryOut(batch);
        } catch (DataPlaneException e) {
            boolean severally = batch.size() > 1
                    && (e.code() == Code.BAD_REQUEST || e.code() == Code.INVALID || e.code() == Code.RELOAD_FAILED);
            for (Change change : batch) {
                change.failure = severally ? alone(change) : e;
            }
        } catch (RuntimeException e) {
            batch.forEach(change -> change.failure = e);
        } finally {
            batch.forEach(change -> change.done = true);
        }
    }

    private @Nullable RuntimeException alone(Change change) {
        try {
            carryOut(List.of(change));
            return null;
        } catch (DataPlaneException e) {
            return e;
        }
    }

    private void carryOut(List<Change> batch) {
        Map<String, Optional<VirtualServer>> last = new LinkedHashMap<>();
        batch.forEach(change -> last.put(change.name, change.wanted));
        List<VirtualServer> wanted =
                last.values().stream().flatMap(Optional::stream).toList();
        everywhere(observed -> VirtualServerPlan.of(observed, wanted, last.keySet(), backend -> false));
        last.forEach((name, server) -> {
            if (server.isPresent()) {
                this.wanted.put(name, server.get());
                removed.remove(name);
            } else {
                this.wanted.remove(name);
                if (!behind.isEmpty()) {
                    removed.add(name);
                }
            }
        });
    }

    /**
     * Looks at all appliances from time to time, and brings those in step that were not reached at some change, or that others
     * have changed.
     */
    public void keepInStep(Duration pace) {
        keeper = Thread.ofVirtual().name("load-balancers").start(() -> {
            try {
                while (true) {
                    Thread.sleep(pace);
                    bringInStep();
                }
            } catch (InterruptedException e) {
                // closed
            }
        });
    }

    /** One look; what cannot be reached is left for the next. */
    void bringInStep() {
        for (DataPlaneClient client : clients) {
            lock.lock();
            try {
                if (!behind.contains(client) && client.isAsLeft()) {
                    continue;
                }
                client.forget();
                Set<String> names = new HashSet<>(wanted.keySet());
                names.addAll(removed);
                int made = client.change(
                        observed -> VirtualServerPlan.of(observed, List.copyOf(wanted.values()), names, _ -> false),
                        deadline);
                behind.remove(client);
                if (behind.isEmpty()) {
                    removed.clear();
                }
                if (made > 0) {
                    LOG.atWarn()
                            .setMessage("load balancer was not as it should be and is again")
                            .addKeyValue("endpoint", client.endpoint().url())
                            .addKeyValue("calls", made)
                            .log();
                }
            } catch (DataPlaneException e) {
                LOG.atDebug()
                        .setMessage("load balancer is not in step")
                        .addKeyValue("endpoint", client.endpoint().url())
                        .setCause(e)
                        .log();
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public void close() {
        Thread running = keeper;
        if (running != null) {
            running.interrupt();
        }
    }

    /** What has come of a change on one appliance. */
    private record Outcome(
            DataPlaneClient client, int calls, @Nullable DataPlaneException failure) {}

    /**
     * Changes all appliances at the same time; a failure is told after all have been tried. That some cannot be reached is none
     * when others can.
     */
    private int everywhere(Function<HaproxyConfig, List<ConfigCall>> plan) {
        List<Outcome> outcomes = clients.size() == 1 ? List.of(change(clients.getFirst(), plan)) : changeAtOnce(plan);
        DataPlaneException failure = null;
        List<DataPlaneClient> unreachable = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            DataPlaneException e = outcome.failure();
            if (e == null) {
                continue;
            }
            boolean away = e.code() == Code.UNREACHABLE;
            if (away) {
                unreachable.add(outcome.client());
            }
            if (failure == null) {
                failure = e;
            } else if (failure.code() == Code.UNREACHABLE && !away) {
                e.addSuppressed(failure);
                failure = e;
            } else {
                failure.addSuppressed(e);
            }
        }
        boolean others = unreachable.size() < clients.size();
        if (failure != null && !(others && failure.code() == Code.UNREACHABLE)) {
            throw failure;
        }
        for (DataPlaneClient client : unreachable) {
            if (behind.add(client)) {
                LOG.atWarn()
                        .setMessage("load balancer cannot be reached, others serve")
                        .addKeyValue("endpoint", client.endpoint().url())
                        .log();
            }
        }
        return outcomes.stream().mapToInt(Outcome::calls).sum();
    }

    private List<Outcome> changeAtOnce(Function<HaproxyConfig, List<ConfigCall>> plan) {
        List<Outcome> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Outcome>> changes = new ArrayList<>();
            clients.forEach(client -> changes.add(() -> change(client, plan)));
            for (Future<Outcome> changed : threads.invokeAll(changes)) {
                outcomes.add(changed.get());
            }
            return outcomes;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataPlaneException(Code.DEADLINE, "interrupted while appliances are changed", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        }
    }

    private Outcome change(DataPlaneClient client, Function<HaproxyConfig, List<ConfigCall>> plan) {
        try {
            int made = client.change(plan, deadline);
            if (made > 0) {
                LOG.atInfo()
                        .setMessage("load balancer programmed")
                        .addKeyValue("endpoint", client.endpoint().url())
                        .addKeyValue("calls", made)
                        .log();
            }
            return new Outcome(client, made, null);
        } catch (DataPlaneException e) {
            return new Outcome(client, 0, e);
        }
    }
}
