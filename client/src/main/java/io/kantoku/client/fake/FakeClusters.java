package io.kantoku.client.fake;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Subscription;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Logical clusters in memory; any thread may use them. Changes are delivered by the executor, one at a time per subscription. */
public final class FakeClusters implements Clusters {
    private final Executor executor;
    private final InstantSource clock;
    private final Map<ClusterId, Map<GroupResource, TreeMap<NamespacedName, KubeObject>>> clusters =
            new LinkedHashMap<>();
    private final List<Feed> feeds = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();
    private final Map<String, JsonNode> answers = new HashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private long version;
    private long uids;

    public FakeClusters(Executor executor, InstantSource clock) {
        this.executor = executor;
        this.clock = clock;
    }

    /** Clusters whose deliveries and time are the simulation's; the cluster {@code supervisor} exists. */
    public static FakeClusters in(Simulation simulation) {
        FakeClusters clusters = new FakeClusters(simulation, simulation);
        clusters.add(ClusterId.SUPERVISOR);
        return clusters;
    }

    /** Adds an empty cluster. */
    public FakeKubeClient add(ClusterId cluster) {
        synchronized (this) {
            clusters.putIfAbsent(cluster, new TreeMap<>());
        }
        return cluster(cluster);
    }

    /** Removes a cluster; its objects are delivered as deleted. */
    public synchronized void remove(ClusterId cluster) {
        Map<GroupResource, TreeMap<NamespacedName, KubeObject>> gone = clusters.remove(cluster);
        if (gone != null) {
            gone.forEach((resource, objects) ->
                    objects.values().forEach(object -> publish(resource, new Deleted(cluster, object))));
        }
    }

    @Override
    public FakeKubeClient cluster(ClusterId cluster) {
        return new FakeKubeClient(this, cluster, clock);
    }

    @Override
    public synchronized Set<ClusterId> ids() {
        return Set.copyOf(clusters.keySet());
    }

    @Override
    public synchronized Subscription subscribe(GroupVersionResource resource, ObjectListener listener) {
        Feed feed = new Feed(resource.groupResource(), listener);
        clusters.forEach((cluster, resources) -> resources
                .getOrDefault(resource.groupResource(), new TreeMap<>())
                .values()
                .forEach(object -> feed.offer(new Present(cluster, object, null))));
        feed.offer(new Synced());
        feeds.add(feed);
        return feed;
    }

    /** The next matching call fails; {@code verb} is a method's name in {@link KubeClient}. */
    public synchronized void refuseNext(String verb, GroupVersionResource resource, ApiException error) {
        refusals.add(new Refusal(verb, resource.groupResource(), error, true));
    }

    /** Matching calls fail until {@link #acceptAgain}. */
    public synchronized void refuseAll(String verb, GroupVersionResource resource, ApiException error) {
        refusals.add(new Refusal(verb, resource.groupResource(), error, false));
    }

    /** Ends what {@link #refuseAll} began, and what {@link #refuseNext} has left. */
    public synchronized void acceptAgain(String verb, GroupVersionResource resource) {
        refusals.removeIf(refusal -> refusal.matches(verb, resource));
    }

    /** The changing calls so far, oldest first. */
    public synchronized List<Call> writes() {
        return List.copyOf(calls);
    }

    public synchronized void forgetWrites() {
        calls.clear();
    }

    /** What other servers answer to reads of a path of every cluster, without its query; replaces an earlier answer. */
    public synchronized void answer(String path, JsonNode body) {
        answers.put(path, body);
    }

    synchronized Optional<JsonNode> answer(String path) {
        int query = path.indexOf('?');
        return Optional.ofNullable(answers.get(query < 0 ? path : path.substring(0, query)));
    }

    /** Changes an object in place as if its owner had, past all rules. */
    public void mutate(
            ClusterId cluster, GroupVersionResource resource, NamespacedName name, Consumer<KubeObject> change) {
        synchronized (this) {
            KubeObject object = find(cluster, resource, name)
                    .orElseThrow(() -> ApiException.notFound(resource.groupResource(), name.name()));
            change.accept(object);
            store(cluster, resource, object);
        }
    }

    /** Puts an object in place past all rules; uid and version are set when absent. */
    public synchronized KubeObject put(ClusterId cluster, GroupVersionResource resource, KubeObject object) {
        KubeObject copy = object.copy();
        if (copy.uid().isEmpty()) {
            copy.metadata().put("uid", nextUid());
        }
        return store(cluster, resource, copy);
    }

    /**
     * A changing call.
     *
     * @param verb the method's name in {@link KubeClient}
     */
    public record Call(
            ClusterId cluster, String verb, GroupResource resource, NamespacedName name, String subresource) {}

    // What follows is for FakeKubeClient, which holds this object's lock for a whole read-check-write.

    String nextUid() {
        return "00000000-0000-4000-8000-%012x".formatted(++uids);
    }

    synchronized void entered(
            ClusterId cluster, String verb, GroupVersionResource resource, NamespacedName name, String subresource) {
        calls.add(new Call(cluster, verb, resource.groupResource(), name, subresource));
        refuse(verb, resource);
    }

    synchronized void refuse(String verb, GroupVersionResource resource) {
        for (Refusal refusal : List.copyOf(refusals)) {
            if (refusal.matches(verb, resource)) {
                if (refusal.once) {
                    refusals.remove(refusal);
                }
                throw refusal.error;
            }
        }
    }

    synchronized Optional<KubeObject> find(ClusterId cluster, GroupVersionResource resource, NamespacedName name) {
        return Optional.ofNullable(collection(cluster, resource).get(name)).map(KubeObject::copy);
    }

    synchronized Collection<KubeObject> all(ClusterId cluster, GroupVersionResource resource) {
        return List.copyOf(collection(cluster, resource).values());
    }

    synchronized long version() {
        return version;
    }

    /** Stores the object under a new version and delivers it. */
    synchronized KubeObject store(ClusterId cluster, GroupVersionResource resource, KubeObject object) {
        KubeObject stored = wire(object);
        stored.metadata().put("resourceVersion", Long.toString(++version));
        KubeObject previous = collection(cluster, resource).put(stored.namespacedName(), stored);
        publish(resource.groupResource(), new Present(cluster, stored, previous));
        return stored.copy();
    }

    /** The object as it comes out of a server: numbers have the types that a parser gives them. */
    static KubeObject wire(KubeObject object) {
        return KubeObject.of(Json.parseObject(Json.bytes(object.json())));
    }

    synchronized void erase(ClusterId cluster, GroupVersionResource resource, NamespacedName name) {
        KubeObject last = collection(cluster, resource).remove(name);
        if (last != null) {
            version++;
            publish(resource.groupResource(), new Deleted(cluster, last));
        }
    }

    private Map<NamespacedName, KubeObject> collection(ClusterId cluster, GroupVersionResource resource) {
        Map<GroupResource, TreeMap<NamespacedName, KubeObject>> resources = clusters.get(cluster);
        if (resources == null) {
            throw ApiException.notFound(new GroupResource("kantoku.io", "clusters"), cluster.value());
        }
        return resources.computeIfAbsent(resource.groupResource(), _ -> new TreeMap<>());
    }

    private void publish(GroupResource resource, Delivery delivery) {
        for (Feed feed : feeds) {
            if (feed.resource.equals(resource)) {
                feed.offer(delivery);
            }
        }
    }

    private record Refusal(String verb, GroupResource resource, ApiException error, boolean once) {
        boolean matches(String called, GroupVersionResource concerned) {
            return verb.equals(called) && resource.equals(concerned.groupResource());
        }
    }

    private sealed interface Delivery {}

    private record Present(
            ClusterId cluster, KubeObject object, @Nullable KubeObject previous) implements Delivery {}

    private record Deleted(ClusterId cluster, KubeObject last) implements Delivery {}

    private record Synced() implements Delivery {}

    /** One subscription's deliveries in order. */
    private final class Feed implements Subscription {
        final GroupResource resource;
        private final ObjectListener listener;
        private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
        private boolean draining;
        private boolean closed;

        Feed(GroupResource resource, ObjectListener listener) {
            this.resource = resource;
            this.listener = listener;
        }

        synchronized void offer(Delivery delivery) {
            waiting.add(delivery);
            if (!draining) {
                draining = true;
                executor.execute(this::drain);
            }
        }

        private synchronized @Nullable Delivery next() {
            Delivery next = closed ? null : waiting.poll();
            draining = next != null;
            return next;
        }

        private void drain() {
            for (Delivery delivery = next(); delivery != null; delivery = next()) {
                switch (delivery) {
                    case Present(var cluster, var object, var previous) ->
                        listener.onPresent(cluster, object, previous);
                    case Deleted(var cluster, var last) -> listener.onDeleted(cluster, last);
                    case Synced() -> listener.onSynced();
                }
            }
        }

        @Override
        public void close() {
            synchronized (this) {
                closed = true;
            }
            synchronized (FakeClusters.this) {
                feeds.remove(this);
            }
        }
    }
}
