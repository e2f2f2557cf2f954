package io.kantoku.tkg.remote;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Backoff;
import io.kantoku.client.Clusters;
import io.kantoku.client.Resources;
import io.kantoku.tkg.objects.ClusterNames;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One guest cluster that is served elsewhere. A thread of its own tries until the cluster has been begun: {@code
 * kube-system/kubeadm-config}, which {@code kubeadm init} uploads after the API server answers, is Cluster API's sign for that, too.
 */
final class RemoteGuest implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteGuest.class);
    private static final NamespacedName CONFIGURATION = new NamespacedName("kube-system", "kubeadm-config");
    private static final Backoff AGAIN = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5), 0.2);

    private final ClusterId id;
    private final NamespacedName cluster;
    private final Clusters supervisor;
    private final GuestReach reach;
    private final Set<GroupVersionResource> followed;
    private final Consumer<RemoteGuest> changed;
    private final Set<GroupVersionResource> synced = ConcurrentHashMap.newKeySet();
    private final Thread thread = Thread.ofVirtual().name("guest-api").unstarted(this::connect);
    private volatile @Nullable Clusters api;
    private volatile String waitingFor = "the kubeconfig of the cluster has not been made yet";

    /**
     * @param cluster the Cluster object, which names the Secret with the kubeconfig
     * @param followed the collections without which the guest is not known
     * @param changed told when the API answers, when the guest is known, and when it waits for something else
     */
    RemoteGuest(
            ClusterId id,
            NamespacedName cluster,
            Clusters supervisor,
            GuestReach reach,
            Set<GroupVersionResource> followed,
            Consumer<RemoteGuest> changed) {
        this.id = id;
        this.cluster = cluster;
        this.supervisor = supervisor;
        this.reach = reach;
        this.followed = Set.copyOf(followed);
        this.changed = changed;
    }

    void start() {
        thread.start();
    }

    ClusterId id() {
        return id;
    }

    /** Why the API cannot be used yet. */
    Optional<String> waitingFor() {
        return api == null ? Optional.of(waitingFor) : Optional.empty();
    }

    /** The guest's API; a 503 {@link ApiException} until it has answered once. */
    Clusters api() {
        Clusters open = api;
        if (open == null) {
            throw RemoteGuests.unavailable(id, waitingFor);
        }
        return open;
    }

    boolean isKnown() {
        return synced.containsAll(followed);
    }

    void synced(GroupVersionResource resource) {
        if (synced.add(resource) && isKnown()) {
            changed.accept(this);
        }
    }

    private void connect() {
        try {
            for (int failures = 0; api == null; failures++) {
                if (failures > 0) {
                    Thread.sleep(AGAIN.delay(failures, ThreadLocalRandom.current()));
                }
                attempt().ifPresent(found -> api = found);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
            return;
        }
        LOG.atInfo()
                .setMessage("the API of a guest cluster answers")
                .addKeyValue("cluster", cluster)
                .log();
        changed.accept(this);
    }

    private Optional<Clusters> attempt() {
        try {
            Optional<String> kubeconfig = kubeconfig();
            if (kubeconfig.isEmpty()) {
                return Optional.empty();
            }
            Clusters found = reach.to(id, kubeconfig.get());
            if (found.cluster(id).find(Resources.CONFIG_MAPS, CONFIGURATION).isPresent()) {
                return Optional.of(found);
            }
            waits("the API answers, and kubeadm init has not uploaded " + CONFIGURATION + " yet");
        } catch (ApiException | TransportException e) {
            waits("the API does not answer through the virtual IP yet: " + e.getMessage());
        }
        return Optional.empty();
    }

    private void waits(String why) {
        if (!why.equals(waitingFor)) {
            waitingFor = why;
            changed.accept(this);
        }
    }

    private Optional<String> kubeconfig() {
        return supervisor
                .cluster(ClusterId.SUPERVISOR)
                .find(
                        Kinds.SECRET.resource(),
                        new NamespacedName(cluster.namespace(), ClusterNames.secret(cluster.name(), "kubeconfig")))
                .map(RemoteGuest::text);
    }

    private static String text(KubeObject secret) {
        return new String(Base64.getDecoder().decode(secret.text("data", "value")), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
