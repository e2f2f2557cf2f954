package io.kantoku.apiserver.metrics;

import io.kantoku.apimachinery.GroupVersionKind;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The figures of one logical cluster since the server started. Safe for use by many threads. */
public final class ClusterMetrics {
    private static final Comparator<Operation> ORDER = Comparator.comparing(Operation::group)
            .thenComparing(Operation::version)
            .thenComparing(Operation::resource)
            .thenComparing(Operation::subresource)
            .thenComparing(Operation::verb)
            .thenComparing(Operation::scope);

    private static final Comparator<Request> BY_OPERATION = Comparator.comparing(Request::operation, ORDER)
            .thenComparing(Request::dryRun)
            .thenComparingInt(Request::code);

    private final Map<Request, LongAdder> requests = new ConcurrentHashMap<>();
    private final Map<Operation, Histogram> durations = new ConcurrentHashMap<>();
    private final Map<Operation, LongAdder> longRunning = new ConcurrentHashMap<>();
    private final Map<GroupVersionKind, LongAdder> watchEvents = new ConcurrentHashMap<>();
    private final LongAdder reading = new LongAdder();
    private final LongAdder mutating = new LongAdder();

    private record Request(Operation operation, String dryRun, int code) {}

    /** A request has been read, and work on it begins; every one that begins also ends. */
    public void begin(Operation operation) {
        current(operation).increment();
    }

    /**
     * A request has been answered.
     *
     * @param dryRun the request's parameter
     */
    public void end(Operation operation, String dryRun, int code, long tookNanos) {
        current(operation).decrement();
        requests.computeIfAbsent(new Request(operation, dryRun, code), absent -> new LongAdder())
                .increment();
        if (!operation.longRunning()) {
            durations.computeIfAbsent(operation, absent -> new Histogram()).observe(tookNanos);
        }
    }

    /** Counts the events that watches of a kind have sent; the counter may be kept. */
    public LongAdder watchEvents(GroupVersionKind kind) {
        return watchEvents.computeIfAbsent(kind, absent -> new LongAdder());
    }

    /** All that has been asked for. */
    Set<Operation> operations() {
        return Set.copyOf(durations.keySet());
    }

    private LongAdder current(Operation operation) {
        return operation.longRunning()
                ? longRunning.computeIfAbsent(operation, absent -> new LongAdder())
                : operation.readOnly() ? reading : mutating;
    }

    void write(Exposition out) {
        out.family(
                "apiserver_request_total",
                "counter",
                "Requests that have been answered, by verb, dry run value, group, version, resource, scope and HTTP code.");
        sorted(requests, BY_OPERATION).forEach((request, count) -> {
            Operation operation = request.operation();
            out.sample(
                    "apiserver_request_total",
                    count.sum(),
                    "code",
                    Integer.toString(request.code()),
                    "component",
                    "apiserver",
                    "dry_run",
                    request.dryRun(),
                    "group",
                    operation.group(),
                    "resource",
                    operation.resource(),
                    "scope",
                    operation.scope(),
                    "subresource",
                    operation.subresource(),
                    "verb",
                    operation.verb(),
                    "version",
                    operation.version());
        });
        out.family(
                "apiserver_request_duration_seconds",
                "histogram",
                "Time from a request's arrival to the end of its answer; watches and streams are left out.");
        sorted(durations, ORDER)
                .forEach((operation, histogram) ->
                        histogram.write(out, "apiserver_request_duration_seconds", labels(operation)));
        out.family("apiserver_longrunning_requests", "gauge", "Watches and streams that are open.");
        sorted(longRunning, ORDER)
                .forEach((operation, count) ->
                        out.sample("apiserver_longrunning_requests", count.sum(), labels(operation)));
        out.family("apiserver_current_inflight_requests", "gauge", "Other requests that are being worked on.");
        out.sample("apiserver_current_inflight_requests", mutating.sum(), "request_kind", "mutating");
        out.sample("apiserver_current_inflight_requests", reading.sum(), "request_kind", "readOnly");
        out.family("apiserver_watch_events_total", "counter", "Events that watches have sent.");
        sorted(watchEvents, Comparator.comparing(GroupVersionKind::toString))
                .forEach((kind, count) -> out.sample(
                        "apiserver_watch_events_total",
                        count.sum(),
                        "group",
                        kind.group(),
                        "kind",
                        kind.kind(),
                        "version",
                        kind.version()));
    }

    private static String[] labels(Operation operation) {
        return new String[] {
            "component",
            "apiserver",
            "group",
            operation.group(),
            "resource",
            operation.resource(),
            "scope",
            operation.scope(),
            "subresource",
            operation.subresource(),
            "verb",
            operation.verb(),
            "version",
            operation.version()
        };
    }

    private static <K, V> Map<K, V> sorted(Map<K, V> map, Comparator<K> order) {
        Map<K, V> sorted = new TreeMap<>(order);
        sorted.putAll(map);
        return sorted;
    }
}
