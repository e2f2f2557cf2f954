package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.namespaces.NamespaceSpec;
import io.kantoku.supervisor.namespaces.Namespaces;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * {@code …/stats/time-series}: what clusters and namespaces took over the last day. A thread of its own takes a sample a minute, in
 * memory; one is also taken when somebody asks, so that the newest value is of now.
 */
public final class Statistics implements Operations, AutoCloseable {
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final int SAMPLES_KEPT = 24 * 60;
    private static final String CLUSTER = "CLUSTER";
    private static final String NAMESPACE = "NAMESPACE";

    /** The counters of one thing at one time, by name. */
    private record Sample(Instant time, ObjectNode stats) {}

    private final WorkloadManagement workload;
    private final Namespaces namespaces;
    private final ClusterForms clusterForms;
    private final NamespaceForms namespaceForms;
    private final Inventory inventory;
    private final InstantSource clock;
    private final Map<String, ArrayDeque<Sample>> samples = new LinkedHashMap<>();
    private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("statistics").factory());

    public Statistics(WorkloadManagement workload, Namespaces namespaces, Inventory inventory, InstantSource clock) {
        this.workload = workload;
        this.namespaces = namespaces;
        this.inventory = inventory;
        this.clusterForms = new ClusterForms(inventory);
        this.namespaceForms = new NamespaceForms(workload, namespaces);
        this.clock = clock;
        var _ = sampler.scheduleAtFixedRate(this::sample, 0, EVERY.toMinutes(), TimeUnit.MINUTES);
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", "/api/vcenter/namespace-management/stats/time-series", this::series);
    }

    @Override
    public void close() {
        sampler.shutdownNow();
    }

    private synchronized void sample() {
        Instant now = clock.instant();
        for (WorkloadManagement.Enabled enabled : workload.list()) {
            ObjectNode stats = Json.object();
            clusterForms.stats(stats, inventory.cluster(MoRef.parse(enabled.cluster())));
            keep(CLUSTER + "/" + enabled.cluster(), now, stats);
        }
        for (NamespaceSpec spec : namespaces.list()) {
            keep(NAMESPACE + "/" + spec.name(), now, namespaceForms.stats(spec));
        }
    }

    private void keep(String key, Instant now, ObjectNode stats) {
        ArrayDeque<Sample> kept = samples.computeIfAbsent(key, _ -> new ArrayDeque<>());
        kept.add(new Sample(now, stats));
        if (kept.size() > SAMPLES_KEPT) {
            kept.removeFirst();
        }
    }

    private synchronized Optional<JsonNode> series(Call call) {
        String key = key(call);
        long start = seconds(call, "start");
        long end = seconds(call, "end");
        if (start > end) {
            throw VapiException.invalid("start: " + start + " is after end " + end);
        }
        sample();
        ArrayNode array = Json.mapper().createArrayNode();
        Map<String, ObjectNode> counters = new LinkedHashMap<>();
        for (Sample sample : samples.getOrDefault(key, new ArrayDeque<>())) {
            long time = sample.time().getEpochSecond();
            if (time >= start && time <= end) {
                sample.stats().properties().forEach(value -> {
                    ObjectNode counter = counters.computeIfAbsent(value.getKey(), name -> {
                        ObjectNode made = array.addObject().put("counter", name);
                        made.putArray("time_stamps");
                        made.putArray("values");
                        return made;
                    });
                    counter.withArrayProperty("time_stamps").add(time);
                    counter.withArrayProperty("values").add(value.getValue());
                });
            }
        }
        return Optional.of(array);
    }

    private String key(Call call) {
        String type = call.query("obj_type");
        return switch (type) {
            case CLUSTER -> {
                String cluster = call.query("cluster");
                if (workload.find(cluster).isEmpty()) {
                    throw VapiException.of(
                            VapiError.UNSUPPORTED,
                            "com.vmware.vapi.std.errors.unsupported",
                            "cluster " + cluster + " is not enabled for Workload Management");
                }
                yield CLUSTER + "/" + cluster;
            }
            case NAMESPACE ->
                NAMESPACE + "/" + namespaces.get(call.query("namespace")).name();
            case "POD" ->
                throw VapiException.of(
                        VapiError.UNSUPPORTED,
                        "com.vmware.vapi.std.errors.unsupported",
                        "there are no vSphere Pods on a Supervisor with vCenter Server Network");
            default -> throw VapiException.invalid("obj_type: '" + type + "' is not one of [CLUSTER, NAMESPACE, POD]");
        };
    }

    private static long seconds(Call call, String name) {
        String text = call.query(name);
        if (!text.matches("\\d{1,12}")) {
            throw VapiException.invalid(name + ": '" + text + "' is not a time in seconds since 1970");
        }
        return Long.parseLong(text);
    }
}
