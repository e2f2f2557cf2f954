package io.kantoku.network;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Resources;
import io.kantoku.client.Subscription;
import io.kantoku.network.policy.Policy;
import io.kantoku.network.policy.PolicyPod;
import io.kantoku.network.services.EndpointSlice;
import io.kantoku.network.services.Service;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Follows what is of interest of all clusters by one subscription for each kind, and wakes the nodes of a cluster when
 * one of them changes. Thread-safe.
 */
final class ClusterFeed implements AutoCloseable {
    private static final List<GroupVersionResource> FOLLOWED = List.of(
            Resources.SERVICES,
            Resources.ENDPOINT_SLICES,
            Resources.NODES,
            Resources.NETWORK_POLICIES,
            Resources.PODS,
            Resources.NAMESPACES);

    private final Map<ClusterId, Followed> clusters = new HashMap<>();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final CountDownLatch unsynced = new CountDownLatch(FOLLOWED.size());

    /** What is known of one cluster; the view is made when somebody looks. */
    private static final class Followed {
        final Map<NamespacedName, Service> services = new TreeMap<>();
        final Map<NamespacedName, EndpointSlice> slices = new TreeMap<>();
        final TreeMap<String, ClusterView.Peer> nodes = new TreeMap<>();
        final Map<NamespacedName, Policy> policies = new TreeMap<>();
        final Map<NamespacedName, PolicyPod> pods = new TreeMap<>();
        final Map<String, Map<String, String>> namespaces = new TreeMap<>();
        final Set<Runnable> watchers = new CopyOnWriteArraySet<>();

        @Nullable
        ClusterView view;

        boolean isEmpty() {
            return watchers.isEmpty()
                    && Stream.of(services, slices, nodes, policies, pods, namespaces)
                            .allMatch(Map::isEmpty);
        }
    }

    ClusterFeed(Clusters source) {
        for (GroupVersionResource resource : FOLLOWED) {
            subscriptions.add(source.subscribe(resource, new Listener(resource)));
        }
    }

    /** Waits until all that existed at the start is known; false when that takes longer. */
    boolean awaitSync(long limit, TimeUnit unit) throws InterruptedException {
        return unsynced.await(limit, unit);
    }

    synchronized ClusterView view(ClusterId cluster) {
        Followed followed = clusters.get(cluster);
        if (followed == null) {
            return ClusterView.NOTHING;
        }
        ClusterView view = followed.view;
        if (view == null) {
            view = new ClusterView(
                    Map.copyOf(followed.services),
                    List.copyOf(followed.slices.values()),
                    new TreeMap<>(followed.nodes),
                    List.copyOf(followed.policies.values()),
                    List.copyOf(followed.pods.values()),
                    Map.copyOf(followed.namespaces));
            followed.view = view;
        }
        return view;
    }

    /** Runs the action after each change of the cluster; it must not block. */
    synchronized void watch(ClusterId cluster, Runnable action) {
        clusters.computeIfAbsent(cluster, _ -> new Followed()).watchers.add(action);
    }

    synchronized void unwatch(ClusterId cluster, Runnable action) {
        Followed followed = clusters.get(cluster);
        if (followed != null) {
            followed.watchers.remove(action);
            if (followed.isEmpty()) {
                clusters.remove(cluster);
            }
        }
    }

    private void change(ClusterId cluster, GroupVersionResource resource, KubeObject object, boolean present) {
        Set<Runnable> watchers;
        synchronized (this) {
            Followed followed = clusters.computeIfAbsent(cluster, _ -> new Followed());
            if (!apply(followed, resource, object, present)) {
                return;
            }
            followed.view = null;
            watchers = Set.copyOf(followed.watchers);
            if (followed.isEmpty()) {
                clusters.remove(cluster);
            }
        }
        watchers.forEach(Runnable::run);
    }

    /** Whether anything is different now: nodes change every few seconds in what is of no interest here. */
    private static boolean apply(Followed followed, GroupVersionResource resource, KubeObject object, boolean present) {
        if (resource.equals(Resources.SERVICES)) {
            return put(
                    followed.services,
                    object.namespacedName(),
                    present ? Optional.of(Service.of(object)) : Optional.empty());
        }
        if (resource.equals(Resources.ENDPOINT_SLICES)) {
            return put(followed.slices, object.namespacedName(), present ? EndpointSlice.of(object) : Optional.empty());
        }
        if (resource.equals(Resources.NETWORK_POLICIES)) {
            return put(
                    followed.policies,
                    object.namespacedName(),
                    present ? Optional.of(Policy.of(object)) : Optional.empty());
        }
        if (resource.equals(Resources.PODS)) {
            PolicyPod before = followed.pods.get(object.namespacedName());
            PolicyPod now = present ? PolicyPod.of(object).orElse(null) : null;
            boolean changed = put(followed.pods, object.namespacedName(), Optional.ofNullable(now));
            return changed && (!followed.policies.isEmpty() || hasNodePorts(before) || hasNodePorts(now));
        }
        if (resource.equals(Resources.NAMESPACES)) {
            boolean changed =
                    put(followed.namespaces, object.name(), present ? Optional.of(object.labels()) : Optional.empty());
            return changed && !followed.policies.isEmpty();
        }
        return put(followed.nodes, object.name(), present ? Optional.of(peer(object)) : Optional.empty());
    }

    private static boolean hasNodePorts(@Nullable PolicyPod pod) {
        return pod != null && !pod.nodePorts().isEmpty();
    }

    private static <K, V> boolean put(Map<K, V> map, K key, Optional<V> value) {
        V before = value.isPresent() ? map.put(key, value.get()) : map.remove(key);
        return !value.equals(Optional.ofNullable(before));
    }

    private static ClusterView.Peer peer(KubeObject node) {
        String cidr = node.text("spec", "podCIDR");
        String address = "";
        for (JsonNode entry : node.at("status", "addresses")) {
            String text = entry.path("address").asText("");
            if (entry.path("type").asText("").equals("InternalIP") && Ipv4Range.isAddress(text)) {
                address = text;
                break;
            }
        }
        return new ClusterView.Peer(Ipv4Range.find(cidr), address);
    }

    private final class Listener implements ObjectListener {
        private final GroupVersionResource resource;

        Listener(GroupVersionResource resource) {
            this.resource = resource;
        }

        @Override
        public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
            change(cluster, resource, object, true);
        }

        @Override
        public void onDeleted(ClusterId cluster, KubeObject last) {
            change(cluster, resource, last, false);
        }

        @Override
        public void onSynced() {
            unsynced.countDown();
        }
    }

    @Override
    public void close() {
        subscriptions.forEach(Subscription::close);
    }
}
