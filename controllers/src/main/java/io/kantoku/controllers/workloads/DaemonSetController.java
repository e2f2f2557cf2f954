package io.kantoku.controllers.workloads;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Pods;
import io.kantoku.controllers.SelectorIndex;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Keeps one pod of a template on each node that a DaemonSet means. */
public final class DaemonSetController implements Reconciler {
    private final Clusters clusters;
    private final InstantSource clock;
    private final Events events;
    private final PodControl pods;
    private final Strays strays = new Strays();
    private final BackOff<Place> failures = new BackOff<>();
    private final SelectorIndex selectors = SelectorIndex.ofSpec();
    private final Map<ClusterId, Set<NamespacedName>> sets = new ConcurrentHashMap<>();

    /** A node's place in a generation of a set. */
    private record Place(ClusterId cluster, String set, long generation, String node) {}

    public DaemonSetController(Clusters clusters, InstantSource clock) {
        this.clusters = clusters;
        this.clock = clock;
        events = new Events(clusters, "daemonset-controller", clock);
        pods = new PodControl(events);
    }

    /** Keeps the names of all DaemonSets, which a change of a node concerns. */
    public ObjectListener observer() {
        return new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject set, @Nullable KubeObject previous) {
                selectors.onPresent(cluster, set, previous);
                sets.computeIfAbsent(cluster, _ -> ConcurrentHashMap.newKeySet())
                        .add(set.namespacedName());
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject set) {
                selectors.onDeleted(cluster, set);
                sets.computeIfPresent(cluster, (_, names) -> {
                    names.remove(set.namespacedName());
                    return names.isEmpty() ? null : names;
                });
            }
        };
    }

    public Mapper pods() {
        return strays.noting(Mapper.owner("apps", "DaemonSet"), selectors);
    }

    /** Leads from a node whose labels or taints changed to all DaemonSets of its cluster. */
    public Mapper nodes() {
        Mapper all = (cluster, _, _) -> sets.getOrDefault(cluster, Set.of()).stream()
                .map(name -> new Request(cluster, name))
                .toList();
        return all.whenChanged(
                (before, after) -> !before.at("metadata", "labels").equals(after.at("metadata", "labels"))
                        || !before.at("spec").equals(after.at("spec")));
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject set = client.find(Resources.DAEMON_SETS, request.name()).orElse(null);
        if (set == null) {
            strays.take(request);
            return Result.done();
        }
        LabelSelector selector = LabelSelector.fromJson(set.at("spec", "selector"));
        if (selector.isEverything() || selector.nothing()) {
            return Result.done();
        }
        for (NamespacedName stray : strays.take(request)) {
            client.find(Resources.PODS, stray)
                    .ifPresent(pod -> Claims.settle(client, Resources.PODS, set, selector, pod));
        }
        Instant now = clock.instant();
        List<KubeObject> own = Claims.claim(client, Resources.PODS, set, selector);
        if (set.deleting()) {
            return Result.done();
        }
        Revisions revisions = Revisions.of(client, set, selector);
        String hash = Revisions.hash(revisions.latest());
        Attempts attempts = new Attempts(request.cluster(), set, now);
        DaemonSetPlan plan = DaemonSetPlan.plan(
                set, client.list(Resources.NODES, Query.all()).items(), own, hash, attempts::pausing, now);
        plan.ended().forEach(pod -> {
            tellOfEnd(request.cluster(), set, pod);
            attempts.made(pod);
        });
        pods.delete(client, set, plan.delete());
        for (String node : plan.create()) {
            if (!pods.create(client, set, DaemonSetPlan.pod(set, node, hash))) {
                break;
            }
        }
        Clients.updateStatus(client, Resources.DAEMON_SETS, set, plan.status());
        Set<String> used = new HashSet<>();
        own.forEach(pod -> used.add(pod.labels().getOrDefault(Revisions.HASH, "")));
        revisions.truncate(client, set.at("spec", "revisionHistoryLimit").asInt(10), used);
        return Result.after(sooner(recheck(set, own, now), attempts.next));
    }

    /** The pauses before failed pods of one set are made again, at one moment. */
    private final class Attempts {
        private final ClusterId cluster;
        private final KubeObject set;
        private final Instant now;
        private Duration next = Duration.ZERO;

        Attempts(ClusterId cluster, KubeObject set, Instant now) {
            this.cluster = cluster;
            this.set = set;
            this.now = now;
        }

        private Place place(String node) {
            return new Place(cluster, set.uid(), set.generation(), node);
        }

        boolean pausing(String node) {
            Duration left = failures.left(place(node), now);
            next = sooner(next, left);
            return left.isPositive();
        }

        void made(KubeObject pod) {
            if (Pods.phase(pod).equals("Failed")) {
                failures.attempt(place(Pods.nodeName(pod)), now);
            }
        }
    }

    /** The shorter of two waits, of which zero is none. */
    private static Duration sooner(Duration one, Duration other) {
        return one.isZero() || (!other.isZero() && other.compareTo(one) < 0) ? other : one;
    }

    private void tellOfEnd(ClusterId cluster, KubeObject set, KubeObject pod) {
        String where = " daemon pod " + pod.namespace() + "/" + pod.name() + " on node " + Pods.nodeName(pod);
        if (Pods.phase(pod).equals("Failed")) {
            events.warning(cluster, set, "FailedDaemonPod", "Found failed" + where + ", will try to kill it");
        } else {
            events.normal(cluster, set, "SucceededDaemonPod", "Found succeeded" + where + ", will try to delete it");
        }
    }

    private static Duration recheck(KubeObject set, List<KubeObject> own, Instant now) {
        long minReady = set.at("spec", "minReadySeconds").asLong();
        List<Duration> waits = new ArrayList<>();
        own.forEach(pod -> Pods.untilAvailable(pod, minReady, now).ifPresent(waits::add));
        return waits.stream().min(Duration::compareTo).orElse(Duration.ZERO);
    }
}
