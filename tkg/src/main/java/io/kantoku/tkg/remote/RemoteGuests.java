package io.kantoku.tkg.remote;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Status;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Resources;
import io.kantoku.client.Subscription;
import io.kantoku.tkg.GuestClusters;
import io.kantoku.tkg.cluster.ClusterKeys;
import io.kantoku.tkg.objects.GuestClusterId;
import io.kantoku.tkg.objects.Kinds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Supervisor in this process together with guest clusters that their own machines serve, as the operators see them. A guest is
 * followed from when its Cluster object has an endpoint until {@link #delete}; of its objects only what the operators keep of guests.
 * What is not followed is read over HTTP when it is asked for. Thread-safe.
 */
public final class RemoteGuests implements Clusters, GuestClusters, AutoCloseable {
    /** What operators keep of guests; volumes are of whatever driver the machines bring. */
    static final Set<GroupVersionResource> FOLLOWED =
            Set.of(Resources.SERVICES, Resources.NODES, Resources.STORAGE_CLASSES, Resources.CLUSTER_ROLE_BINDINGS);

    private static final int UNAVAILABLE = 503;

    private final Clusters supervisor;
    private final GuestReach reach;
    private final EtcdMembership etcd;
    private final List<Consumer<ClusterId>> listeners = new CopyOnWriteArrayList<>();

    // Under this object's lock.
    private final Map<ClusterId, RemoteGuest> guests = new HashMap<>();
    private final Set<ClusterId> open = new HashSet<>();
    private final Set<ClusterId> deleted = new HashSet<>();
    private final List<Merged> subscriptions = new ArrayList<>();
    private @Nullable Subscription discovery;

    /** How a master leaves the etcd of its cluster; see {@link EtcdMembers}. */
    @FunctionalInterface
    public interface EtcdMembership {
        void remove(ClusterKeys.Authority authority, List<String> masters, String name);
    }

    private RemoteGuests(Clusters supervisor, GuestReach reach, EtcdMembership etcd) {
        this.supervisor = supervisor;
        this.reach = reach;
        this.etcd = etcd;
    }

    /** Looks for guests by the Supervisor's Cluster objects; returns at once. */
    public static RemoteGuests start(Clusters supervisor, GuestReach reach, EtcdMembership etcd) {
        RemoteGuests started = new RemoteGuests(supervisor, reach, etcd);
        started.discovery = supervisor.subscribe(Kinds.CLUSTER.resource(), started.new Discovery());
        return started;
    }

    static ApiException unavailable(ClusterId guest, String why) {
        return new ApiException(Status.failure(
                UNAVAILABLE, "ServiceUnavailable", "the guest cluster " + guest + " cannot be asked: " + why));
    }

    private final class Discovery implements ObjectListener {
        @Override
        public void onPresent(ClusterId in, KubeObject cluster, @Nullable KubeObject previous) {
            if (cluster.at("spec", "controlPlaneEndpoint").isObject()) {
                GuestClusterId.of(cluster).ifPresent(id -> found(id, cluster));
            }
        }

        @Override
        public void onDeleted(ClusterId in, KubeObject last) {
            GuestClusterId.of(last).ifPresent(id -> {
                delete(id);
                synchronized (RemoteGuests.this) {
                    deleted.remove(id); // no object leads to it any more
                }
            });
        }
    }

    private synchronized void found(ClusterId id, KubeObject cluster) {
        if (!guests.containsKey(id) && !deleted.contains(id)) {
            RemoteGuest guest =
                    new RemoteGuest(id, cluster.namespacedName(), supervisor, reach, FOLLOWED, this::changed);
            guests.put(id, guest);
            guest.start();
        }
    }

    private void changed(RemoteGuest guest) {
        synchronized (this) {
            boolean opened =
                    guest.equals(guests.get(guest.id())) && guest.waitingFor().isEmpty() && open.add(guest.id());
            if (opened) {
                subscriptions.stream()
                        .filter(merged -> FOLLOWED.contains(merged.resource()))
                        .forEach(merged -> merged.follow(guest));
            }
        }
        listeners.forEach(listener -> listener.accept(guest.id()));
    }

    @Override
    public KubeClient cluster(ClusterId cluster) {
        return cluster.equals(ClusterId.SUPERVISOR)
                ? supervisor.cluster(cluster)
                : guest(cluster)
                        .orElseThrow(() -> unavailable(cluster, "it is not known"))
                        .api()
                        .cluster(cluster);
    }

    @Override
    public synchronized Set<ClusterId> ids() {
        Set<ClusterId> ids = new HashSet<>(guests.keySet());
        ids.add(ClusterId.SUPERVISOR);
        return ids;
    }

    @Override
    public Subscription subscribe(GroupVersionResource resource, ObjectListener listener) {
        Merged merged = new Merged(resource, listener, this::left);
        merged.joined(supervisor.subscribe(resource, merged));
        synchronized (this) {
            subscriptions.add(merged);
            if (FOLLOWED.contains(resource)) {
                open.forEach(id -> guest(id).ifPresent(merged::follow));
            }
        }
        return merged;
    }

    private synchronized void left(Merged merged) {
        subscriptions.remove(merged);
    }

    private synchronized Optional<RemoteGuest> guest(ClusterId id) {
        return Optional.ofNullable(guests.get(id));
    }

    /** Forgets the guest: its API has gone with its machines. */
    @Override
    public void delete(ClusterId cluster) {
        List<Merged> told;
        synchronized (this) {
            deleted.add(cluster);
            open.remove(cluster);
            RemoteGuest guest = guests.remove(cluster);
            if (guest == null) {
                return;
            }
            guest.close();
            told = List.copyOf(subscriptions);
        }
        told.forEach(merged -> merged.forget(cluster));
    }

    /** Masters bring their API with them. */
    @Override
    public void bringTo(ClusterId cluster, String version) {}

    @Override
    public void leaves(KubeObject cluster, String node, List<String> others) {
        etcd.remove(ClusterKeys.etcd(supervisor.cluster(ClusterId.SUPERVISOR), cluster), others, node);
    }

    @Override
    public Optional<String> waitingFor(ClusterId cluster) {
        Optional<RemoteGuest> guest = guest(cluster);
        return guest.isPresent()
                ? guest.get().waitingFor()
                : Optional.of("the cluster has no virtual IP for its API yet");
    }

    @Override
    public boolean isKnown(ClusterId cluster) {
        return guest(cluster).filter(RemoteGuest::isKnown).isPresent();
    }

    @Override
    public void listen(Consumer<ClusterId> listener) {
        listeners.add(listener);
    }

    @Override
    public boolean haveOwnNodes() {
        return false;
    }

    /** Ends all that goes on; subscriptions are closed by who made them. */
    @Override
    public void close() {
        Subscription looking = discovery;
        if (looking != null) {
            looking.close();
        }
        synchronized (this) {
            guests.values().forEach(RemoteGuest::close);
        }
    }
}
