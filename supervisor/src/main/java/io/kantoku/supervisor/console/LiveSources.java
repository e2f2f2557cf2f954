package io.kantoku.supervisor.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Clusters;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Resources;
import io.kantoku.client.Subscription;
import io.kantoku.supervisor.Changes;
import io.kantoku.supervisor.audit.AuditLog;
import io.kantoku.supervisor.namespaces.Namespaces;
import io.kantoku.supervisor.rest.ClusterForms;
import io.kantoku.supervisor.rest.NamespaceForms;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.vsphere.Host;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmListener;
import io.kantoku.vsphere.VmSubscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Everything that changes, put into the queue of one stream in the form that the console gets. Its parts call from threads of their
 * own.
 */
final class LiveSources implements AutoCloseable {
    private static final int AUDIT_AT_FIRST = 200;

    /** Where it all comes from. */
    record World(
            Inventory inventory,
            Clusters clusters,
            WorkloadManagement workload,
            Namespaces namespaces,
            AuditLog audit,
            VipReport vips,
            Changes changes) {}

    private final World world;
    private final EventQueue queue;
    private final Sight sight;
    private final Set<Topic> topics;
    private final ClusterForms clusterForms;
    private final NamespaceForms namespaceForms;
    private final List<Subscription> subscriptions = new ArrayList<>();
    private Changes.@Nullable Subscription changes;
    private @Nullable VmSubscription machines;
    private final Map<MoRef, Host> lastHosts = new ConcurrentHashMap<>();
    private CountDownLatch unsynced = new CountDownLatch(0);

    LiveSources(World world, EventQueue queue, Sight sight, Set<Topic> topics) {
        this.world = world;
        this.queue = queue;
        this.sight = sight;
        this.topics = topics;
        this.clusterForms = new ClusterForms(world.inventory());
        this.namespaceForms = new NamespaceForms(world.workload(), world.namespaces());
    }

    /** A collection of the Supervisor, with what of it is shown under which topic. */
    private record Feed(Topic topic, GroupVersionResource resource, Predicate<KubeObject> shown) {}

    LiveSources start() {
        changes = world.changes().subscribe(this::changed);
        List<Feed> feeds = new ArrayList<>();
        feeds.add(new Feed(Topic.GUEST, Kinds.GUESTS, this::visible));
        feeds.add(new Feed(Topic.MACHINE, Kinds.MACHINES, this::visible));
        feeds.add(new Feed(
                Topic.SERVICE,
                Resources.SERVICES,
                service -> visible(service) && service.text("spec", "type").equals("LoadBalancer")));
        feeds.add(new Feed(Topic.NODE, Resources.NODES, _ -> true));
        feeds.add(new Feed(Topic.EVENT, Resources.EVENTS, this::visible));
        feeds.removeIf(feed -> !topics.contains(feed.topic()));
        boolean vips = topics.contains(Topic.VIPS);
        boolean vms = topics.contains(Topic.VM) || topics.contains(Topic.HOST);
        unsynced = new CountDownLatch(feeds.size() + (vms ? 1 : 0));
        feeds.forEach(feed -> subscriptions.add(world.clusters().subscribe(feed.resource(), new FeedListener(feed))));
        if (vips) {
            for (GroupVersionResource resource : List.of(Kinds.POOLS, Resources.SERVICES, Resources.ENDPOINTS)) {
                subscriptions.add(world.clusters().subscribe(resource, new VipListener()));
            }
        }
        if (vms) {
            machines = world.inventory().machines().subscribe(new MachineListener());
        }
        world.workload().list().forEach(enabled -> changed(Changes.Topic.SUPERVISOR, enabled.cluster()));
        world.namespaces().list().forEach(spec -> changed(Changes.Topic.NAMESPACE, spec.name()));
        if (topics.contains(Topic.AUDIT) && sight.everything()) {
            world.audit()
                    .newest(_ -> true, AUDIT_AT_FIRST)
                    .reversed()
                    .forEach(entry -> queue.put(Topic.AUDIT.word(), Long.toString(entry.number()), entry.toJson()));
        }
        if (vips) {
            vips();
        }
        return this;
    }

    /** Whether all that there was at the start is in the queue. */
    boolean complete() {
        return unsynced.getCount() == 0;
    }

    @Override
    public void close() {
        if (changes != null) {
            changes.close();
        }
        if (machines != null) {
            machines.close();
        }
        subscriptions.forEach(Subscription::close);
    }

    private void synced() {
        unsynced.countDown();
        queue.nudge();
    }

    private boolean visible(KubeObject object) {
        return sight.into(object.namespace());
    }

    private void changed(Changes.Topic topic, String key) {
        switch (topic) {
            case SUPERVISOR -> {
                if (topics.contains(Topic.SUPERVISOR)) {
                    supervisor(key);
                }
            }
            case NAMESPACE -> {
                if (topics.contains(Topic.NAMESPACE)) {
                    namespace(key);
                }
                queue.nudge(); // what the user may see may be other now
            }
            case AUDIT -> {
                if (topics.contains(Topic.AUDIT) && sight.everything()) {
                    long number = Long.parseLong(key);
                    world.audit()
                            .newest(entry -> entry.number() == number, 1)
                            .forEach(entry -> queue.put(Topic.AUDIT.word(), key, entry.toJson()));
                }
            }
        }
    }

    private void supervisor(String cluster) {
        world.workload()
                .find(cluster)
                .ifPresentOrElse(
                        enabled -> queue.put(Topic.SUPERVISOR.word(), cluster, clusterForms.live(enabled)),
                        () -> queue.remove(Topic.SUPERVISOR.word(), cluster));
    }

    private void namespace(String name) {
        if (sight.into(name)) {
            world.namespaces()
                    .find(name)
                    .ifPresentOrElse(
                            spec -> queue.put(
                                    Topic.NAMESPACE.word(),
                                    name,
                                    namespaceForms.info(spec).put("namespace", name)),
                            () -> queue.remove(Topic.NAMESPACE.word(), name));
        }
    }

    private void vips() {
        queue.put(Topic.VIPS.word(), "", world.vips().json(sight));
    }

    private void hosts() {
        for (Host host : world.inventory().hosts()) {
            if (!host.equals(lastHosts.put(host.id(), host))) {
                queue.put(Topic.HOST.word(), host.id().toString(), LiveForms.host(host));
            }
        }
    }

    private final class FeedListener implements ObjectListener {
        private final Feed feed;

        FeedListener(Feed feed) {
            this.feed = feed;
        }

        @Override
        public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
            if (!cluster.equals(ClusterId.SUPERVISOR)) {
                return;
            }
            if (feed.shown().test(object)) {
                queue.put(feed.topic().word(), key(object), Kinds.shown(object));
            } else if (previous != null && feed.shown().test(previous)) {
                queue.remove(feed.topic().word(), key(object));
            }
        }

        @Override
        public void onDeleted(ClusterId cluster, KubeObject last) {
            if (cluster.equals(ClusterId.SUPERVISOR) && feed.shown().test(last)) {
                queue.remove(feed.topic().word(), key(last));
            }
        }

        @Override
        public void onSynced() {
            synced();
        }

        private static String key(KubeObject object) {
            return object.namespace().isEmpty() ? object.name() : object.namespace() + "/" + object.name();
        }
    }

    private final class VipListener implements ObjectListener {
        @Override
        public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
            if (cluster.equals(ClusterId.SUPERVISOR) && previous != null) {
                vips();
            }
        }

        @Override
        public void onDeleted(ClusterId cluster, KubeObject last) {
            onPresent(cluster, last, last);
        }

        @Override
        public void onSynced() {
            vips();
        }
    }

    private final class MachineListener implements VmListener {
        @Override
        public void onPresent(VirtualMachine vm) {
            String namespace = LiveForms.namespace(vm);
            if (topics.contains(Topic.VM) && sight.into(namespace)) {
                ObjectNode json = LiveForms.vm(vm, namespace);
                queue.put(Topic.VM.word(), vm.id().toString(), json);
            }
            if (topics.contains(Topic.HOST)) {
                hosts();
            }
        }

        @Override
        public void onDeleted(VirtualMachine last) {
            if (topics.contains(Topic.VM) && sight.into(LiveForms.namespace(last))) {
                queue.remove(Topic.VM.word(), last.id().toString());
            }
            if (topics.contains(Topic.HOST)) {
                hosts();
            }
        }

        @Override
        public void onSynced() {
            if (topics.contains(Topic.HOST)) {
                hosts();
            }
            synced();
        }
    }
}
