package io.kantoku.apiserver.flow;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.rest.FlowControl;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** Gives a free place to whoever has least: first among the clusters that wait, then among the users of that cluster. */
public final class FairFlow implements FlowControl {
    /*
     * Max-min fairness over places that are held at this moment: who floods the server waits for its own requests, not others for it.
     * Caps below the whole leave places that one tenant's slow requests can never all hold. Nobody is exempt: within a guest every tenant
     * is system:masters. What this process does itself does not come through here. Guarded by the lock; flows that hold nothing and wait
     * for nothing are forgotten.
     */
    private static final int RETRY_SECONDS = 1;

    private final FlowLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ClusterId, Tenant> tenants = new HashMap<>();
    private int used;
    private long served;

    public FairFlow(FlowLimits limits) {
        this.limits = limits;
    }

    /** What a cluster or a user holds and waits for. */
    private static class Share {
        int used;
        int queued;
        long lastServed;
    }

    private static final class Tenant extends Share {
        final Map<String, Flow> flows = new HashMap<>();
    }

    private static final class Flow extends Share {
        final Deque<Waiter> queue = new ArrayDeque<>();
    }

    private static final class Waiter {
        final Semaphore called = new Semaphore(0);
        boolean granted;
    }

    @Override
    public Place enter(ClusterId cluster, UserInfo user, RequestInfo request) {
        if (!request.resourceRequest()) {
            return () -> {}; // health, version and discovery cost nothing and must answer
        }
        Waiter waiter = new Waiter();
        lock.lock();
        try {
            Tenant tenant = tenants.computeIfAbsent(cluster, absent -> new Tenant());
            Flow flow = tenant.flows.computeIfAbsent(user.name(), absent -> new Flow());
            if (flow.queue.isEmpty() && room(tenant, flow)) {
                take(tenant, flow);
                return place(cluster, user.name());
            }
            if (flow.queued >= limits.queuedPerUser() || tenant.queued >= limits.queuedPerCluster()) {
                forgetIdle(cluster, user.name());
                throw refusal();
            }
            flow.queue.add(waiter);
            flow.queued++;
            tenant.queued++;
        } finally {
            lock.unlock();
        }
        return await(cluster, user.name(), waiter);
    }

    private Place await(ClusterId cluster, String user, Waiter waiter) {
        boolean called = false;
        boolean interrupted = false;
        try {
            called = waiter.called.tryAcquire(limits.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (!called && !withdrawn(cluster, user, waiter)) {
            called = true; // it was granted at the last moment
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!called) {
            throw refusal();
        }
        return place(cluster, user);
    }

    /** Takes a waiter out of its queue; false when it has been granted a place meanwhile. */
    private boolean withdrawn(ClusterId cluster, String user, Waiter waiter) {
        lock.lock();
        try {
            if (waiter.granted) {
                return false;
            }
            Tenant tenant = tenants.get(cluster);
            Flow flow = tenant == null ? null : tenant.flows.get(user);
            if (tenant != null && flow != null && flow.queue.remove(waiter)) {
                flow.queued--;
                tenant.queued--;
                forgetIdle(cluster, user);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private Place place(ClusterId cluster, String user) {
        AtomicBoolean held = new AtomicBoolean(true);
        return () -> {
            if (held.compareAndSet(true, false)) {
                leave(cluster, user);
            }
        };
    }

    private void leave(ClusterId cluster, String user) {
        lock.lock();
        try {
            Tenant tenant = tenants.get(cluster);
            Flow flow = tenant == null ? null : tenant.flows.get(user);
            if (tenant == null || flow == null) {
                throw new IllegalStateException("a place is given back that nobody holds");
            }
            used--;
            tenant.used--;
            flow.used--;
            callNext();
            forgetIdle(cluster, user);
        } finally {
            lock.unlock();
        }
    }

    private void callNext() {
        while (used < limits.seats()) {
            Optional<Tenant> tenant = least(tenants.values().stream()
                    .filter(waiting -> waiting.flows.values().stream().anyMatch(flow -> canBeCalled(waiting, flow)))
                    .toList());
            if (tenant.isEmpty()) {
                return;
            }
            Tenant chosen = tenant.get();
            Flow flow = least(chosen.flows.values().stream()
                            .filter(waiting -> canBeCalled(chosen, waiting))
                            .toList())
                    .orElseThrow();
            Waiter waiter = flow.queue.remove();
            flow.queued--;
            chosen.queued--;
            take(chosen, flow);
            waiter.granted = true;
            waiter.called.release();
        }
    }

    private boolean canBeCalled(Tenant tenant, Flow flow) {
        return !flow.queue.isEmpty() && room(tenant, flow);
    }

    private static <T extends Share> Optional<T> least(Collection<T> shares) {
        return shares.stream()
                .min(Comparator.comparingInt((T share) -> share.used).thenComparingLong(share -> share.lastServed));
    }

    private boolean room(Tenant tenant, Flow flow) {
        return used < limits.seats() && tenant.used < limits.perCluster() && flow.used < limits.perUser();
    }

    private void take(Tenant tenant, Flow flow) {
        used++;
        served++;
        tenant.used++;
        tenant.lastServed = served;
        flow.used++;
        flow.lastServed = served;
    }

    private void forgetIdle(ClusterId cluster, String user) {
        Tenant tenant = tenants.get(cluster);
        if (tenant == null) {
            return;
        }
        Flow flow = tenant.flows.get(user);
        if (flow != null && flow.used == 0 && flow.queue.isEmpty()) {
            tenant.flows.remove(user);
        }
        if (tenant.flows.isEmpty()) {
            tenants.remove(cluster);
        }
    }

    private static ApiException refusal() {
        return new ApiException(Status.failure(429, "TooManyRequests", "too many requests, please try again later")
                .withDetails(new Status.Details("", "", "", "", List.of(), RETRY_SECONDS)));
    }
}
