package io.kantoku.client;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A reconciler with the objects it watches, for all logical clusters. A {@link ControllerGroup} starts and stops it.
 *
 * <p>Changes are mapped to {@link Request}s; requests are queued once and run by at most {@code concurrency} virtual threads,
 * which exist only while there is work. No request runs before every watched collection has delivered what existed.
 */
public final class Controller {
    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final String name;
    private final String kind;
    private final int concurrency;
    private final Backoff backoff;
    private final Reconciler reconciler;
    private final List<Watch> watches;
    private final AtomicLong ids = new AtomicLong();
    private volatile @Nullable Running running;

    private Controller(Builder builder) {
        name = builder.name;
        kind = builder.kind;
        concurrency = builder.concurrency;
        backoff = builder.backoff;
        reconciler = Objects.requireNonNull(builder.reconciler, "a controller needs a reconciler");
        watches = List.copyOf(builder.watches);
    }

    /** Begins the description of a controller; the name appears in its log lines and counters. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    public String name() {
        return name;
    }

    /** What the controller is doing now. */
    public ControllerStatus status() {
        Running now = running;
        return now == null ? new ControllerStatus(name, false, 0, 0, 0, 0, 0, 0, List.of()) : now.queue.status(name);
    }

    /** Queues a request from outside the watched collections, for example when an external system changed. */
    public void enqueue(Request request) {
        Running now = running;
        if (now != null) {
            now.add(request);
        }
    }

    /** Subscribes through {@code hub}; deliveries begin when the hub is opened. */
    void start(Clusters clusters, Clusters hub, ControllerSettings settings) {
        if (running != null) {
            throw new IllegalStateException("controller " + name + " is running already");
        }
        Running started = new Running(clusters, settings);
        running = started;
        if (watches.isEmpty()) {
            started.begin();
        }
        for (Watch watch : watches) {
            started.subscriptions.add(hub.subscribe(watch.resource(), started.listener(watch)));
        }
    }

    /** Ends the subscriptions, lets running reconciliations finish, and forgets the queue. */
    void stop() throws InterruptedException {
        Running now = running;
        running = null;
        if (now != null) {
            now.subscriptions.forEach(Subscription::close);
            now.queue.close();
            if (!now.queue.awaitWorkers(STOP_LIMIT)) {
                LOG.atWarn()
                        .setMessage("controller stopped while a reconciliation still runs")
                        .addKeyValue("controller", name)
                        .addKeyValue("waited", STOP_LIMIT)
                        .log();
            }
        }
    }

    /** One watched collection: an observer that keeps an index, a mapper that leads to requests. */
    private record Watch(GroupVersionResource resource, ObjectListener observer, Mapper mapper) {}

    /** The state between start and stop. */
    private final class Running {
        final Clusters clusters;
        final ControllerSettings settings;
        final Executor executor;
        final WorkQueue queue;
        final List<Subscription> subscriptions = new ArrayList<>();
        final AtomicInteger unsynced = new AtomicInteger(watches.size());

        Running(Clusters clusters, ControllerSettings settings) {
            this.clusters = clusters;
            this.settings = settings;
            executor = settings.executor();
            queue = new WorkQueue(concurrency, settings.timer());
        }

        void add(Request request) {
            if (queue.add(request)) {
                executor.execute(this::work);
            }
        }

        void begin() {
            int workers = queue.release();
            for (int i = 0; i < workers; i++) {
                executor.execute(this::work);
            }
        }

        ObjectListener listener(Watch watch) {
            return new ObjectListener() {
                @Override
                public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
                    watch.observer().onPresent(cluster, object, previous);
                    watch.mapper().map(cluster, object, previous).forEach(Running.this::add);
                }

                @Override
                public void onDeleted(ClusterId cluster, KubeObject last) {
                    watch.observer().onDeleted(cluster, last);
                    watch.mapper().map(cluster, last, last).forEach(Running.this::add);
                }

                @Override
                public void onSynced() {
                    watch.observer().onSynced();
                    if (unsynced.decrementAndGet() == 0) {
                        begin();
                    }
                }
            };
        }

        /** A worker: runs requests until none is due. */
        void work() {
            for (Request request = queue.take(); request != null; request = queue.take()) {
                String id = Long.toString(ids.incrementAndGet(), Character.MAX_RADIX);
                MDC.put("controller", name);
                MDC.put("cluster", request.cluster().value());
                MDC.put("kind", kind);
                MDC.put("object", request.name().toString());
                MDC.put("reconcile", id);
                try {
                    run(request, id);
                } finally {
                    MDC.clear();
                }
            }
        }

        private void run(Request request, String id) {
            Runnable wake = () -> add(request);
            try {
                Result result = reconciler.reconcile(request);
                queue.succeeded(request, result.again(), wake);
            } catch (ApiException e) {
                if (e.isConflict() || (e.isNotFound() && queue.isFirstAttempt(request))) {
                    // Not found: what was being changed went away meanwhile. If that is not so it fails again.
                    int attempts = queue.conflicted(request);
                    Duration delay = Backoff.afterConflict().delay(attempts, settings.random());
                    line(LOG.atDebug(), "reconciliation lost a race, repeating", request, id)
                            .addKeyValue("why", e.getMessage())
                            .log();
                    queue.retry(request, delay, wake);
                } else {
                    failed(request, id, e, wake);
                }
            } catch (Exception e) {
                failed(request, id, e, wake);
            }
        }

        private void failed(Request request, String id, Exception e, Runnable wake) {
            if (!clusters.ids().contains(request.cluster())) {
                line(LOG.atDebug(), "cluster is gone, request dropped", request, id)
                        .log();
                queue.drop(request);
                return;
            }
            int failures = queue.failed(request, e, settings.timer().instant());
            Duration delay = backoff.delay(failures, settings.random());
            LoggingEventBuilder event = line(LOG.atWarn(), "reconciliation failed", request, id)
                    .addKeyValue("failures", failures)
                    .addKeyValue("again", delay);
            // A refusal or a lost connection says all there is to know; anything else is a defect whose origin matters.
            if (e instanceof ApiException || e instanceof TransportException) {
                event.addKeyValue("why", e.getMessage()).log();
            } else {
                event.setCause(e).log();
            }
            queue.retry(request, delay, wake);
        }

        private LoggingEventBuilder line(LoggingEventBuilder event, String message, Request request, String id) {
            return event.setMessage(message)
                    .addKeyValue("controller", name)
                    .addKeyValue("cluster", request.cluster())
                    .addKeyValue("kind", kind)
                    .addKeyValue("object", request.name())
                    .addKeyValue("reconcile", id);
        }
    }

    /** Describes a controller. */
    public static final class Builder {
        private static final ObjectListener NOTHING = new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {}

            @Override
            public void onDeleted(ClusterId cluster, KubeObject last) {}
        };

        private final String name;
        private final List<Watch> watches = new ArrayList<>();
        private String kind = "";
        private int concurrency = 4;
        private Backoff backoff = Backoff.standard();
        private @Nullable Reconciler reconciler;

        private Builder(String name) {
            this.name = name;
        }

        /** The kind that requests name, for log lines. */
        public Builder kind(String newKind) {
            kind = newKind;
            return this;
        }

        public Builder reconciler(Reconciler newReconciler) {
            reconciler = newReconciler;
            return this;
        }

        /** Changes to objects of the collection lead to the mapper's requests. */
        public Builder watches(GroupVersionResource resource, Mapper mapper) {
            watches.add(new Watch(resource, NOTHING, mapper));
            return this;
        }

        /** As {@link #watches(GroupVersionResource, Mapper)}; the observer sees each change before it is mapped. */
        public Builder watches(GroupVersionResource resource, ObjectListener observer, Mapper mapper) {
            watches.add(new Watch(resource, observer, mapper));
            return this;
        }

        /** The observer sees each change; no request follows. */
        public Builder observes(GroupVersionResource resource, ObjectListener observer) {
            watches.add(new Watch(resource, observer, (_, _, _) -> List.of()));
            return this;
        }

        /** How many requests may run at the same time, over all clusters. */
        public Builder concurrency(int newConcurrency) {
            if (newConcurrency < 1) {
                throw new IllegalArgumentException("concurrency must be at least 1: " + newConcurrency);
            }
            concurrency = newConcurrency;
            return this;
        }

        public Builder backoff(Backoff newBackoff) {
            backoff = newBackoff;
            return this;
        }

        public Controller build() {
            return new Controller(this);
        }
    }
}
