package io.kantoku.tkg.net;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.Events;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Labels;
import io.kantoku.tkg.vm.InventoryFeed;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmListener;
import io.kantoku.vsphere.net.Ipv4Address;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives NetworkInterfaces addresses out of the pools of their network.
 *
 * <p>Addresses that machines have which are not made from VirtualMachines (the Supervisor's own, appliances) count as taken.
 */
public final class InterfaceController {
    private final Caches caches;
    private final InventoryFeed feed;
    private final Events events;
    private final InstantSource clock;
    private final AddressBooks books;
    private final Set<Request> waiting = ConcurrentHashMap.newKeySet();
    private volatile Consumer<Request> wake = _ -> {};

    public InterfaceController(Caches caches, InventoryFeed feed, AddressBooks books, InstantSource clock) {
        this.caches = caches;
        this.feed = feed;
        this.books = books;
        this.events = new Events(caches.api(), "networkinterface-controller", clock);
        this.clock = clock;
    }

    public Controller controller() {
        Controller controller = Controller.named("network-interface")
                .kind("NetworkInterface")
                .concurrency(16)
                .reconciler(this::reconcile)
                .watches(caches.interfaces.resource(), seeding(), Mapper.self().whenNotOnlyStatusChanged())
                .watches(caches.networks.resource(), caches.networks, (_, _, _) -> List.copyOf(waiting))
                .watches(
                        caches.distributedNetworks.resource(),
                        caches.distributedNetworks,
                        Mapper.of(this::changedNetwork).whenNotOnlyStatusChanged())
                .watches(
                        caches.pools.resource(),
                        caches.pools,
                        ((Mapper) this::changedPool).whenChanged(IpPools::differ))
                .build();
        wake = controller::enqueue;
        feed.all().forEach(this::foreign);
        feed.listen(new VmListener() {
            @Override
            public void onPresent(VirtualMachine vm) {
                foreign(vm);
            }

            @Override
            public void onDeleted(VirtualMachine last) {
                if (InventoryFeed.objectOf(last).isEmpty()) {
                    books.all().forEach(book -> release(book, last));
                    wakeWaiting();
                }
            }
        });
        return controller;
    }

    private static void release(AddressBook book, VirtualMachine vm) {
        for (int i = 0; i < vm.spec().nics().size(); i++) {
            book.release(vm.id() + "#" + i);
        }
    }

    /** Interfaces that have addresses keep them: they are in the book before the first request runs. */
    private ObjectListener seeding() {
        return new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
                caches.interfaces.onPresent(cluster, object, previous);
                String address = address(object);
                String network = object.text("status", "networkID");
                if (!address.isEmpty() && previous == null && !Caches.isGuest(cluster)) {
                    books.ofPortGroup(network).claim(owner(object), Ipv4Address.parse(address));
                }
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject last) {
                caches.interfaces.onDeleted(cluster, last);
            }
        };
    }

    private static String owner(KubeObject card) {
        return card.namespacedName() + "/" + card.uid();
    }

    private static String address(KubeObject card) {
        return card.at("status", "ipConfigs").path(0).path("ip").asText("");
    }

    private void foreign(VirtualMachine vm) {
        if (InventoryFeed.objectOf(vm).isPresent()) {
            return;
        }
        List<Nic> nics = vm.spec().nics();
        for (int i = 0; i < nics.size(); i++) {
            books.ofPortGroup(nics.get(i).network().toString())
                    .claim(vm.id() + "#" + i, nics.get(i).address().address());
        }
    }

    private List<NamespacedName> changedNetwork(KubeObject distributed) {
        return waiting.stream().map(Request::name).toList();
    }

    private Collection<Request> changedPool(ClusterId cluster, KubeObject pool, @Nullable KubeObject previous) {
        return List.copyOf(waiting);
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> found = caches.interfaces.find(request.name());
        if (found.isEmpty()) {
            waiting.remove(request);
            return Result.done();
        }
        KubeObject card = found.get();
        if (card.deleting()) {
            waiting.remove(request);
            free(card);
            return Result.done();
        }
        if (!address(card).isEmpty()) {
            return Result.done();
        }
        card = caches.interfaces.withFinalizer(ClusterId.SUPERVISOR, card, Labels.NETWORK_INTERFACE_FINALIZER);
        KubeObject changed = card.copy();
        waiting.add(request);
        Condition ready = allocate(changed);
        if (ready.isTrue()) {
            waiting.remove(request);
        }
        boolean news = Conditions.set(changed, ready, clock.instant());
        if (!ready.isTrue() && news) {
            events.warning(ClusterId.SUPERVISOR, card, ready.reason(), ready.message());
        }
        caches.interfaces.updateStatus(changed);
        return Result.done();
    }

    private Condition allocate(KubeObject card) {
        String networkName = card.text("spec", "networkName");
        Optional<KubeObject> network = caches.networks.find(card.namespace(), networkName);
        if (network.isEmpty()) {
            return failed("there is no Network " + networkName + " in namespace " + card.namespace());
        }
        String provider = network.get().text("spec", "providerRef", "name");
        Optional<KubeObject> found = caches.distributedNetworks.find("", provider);
        if (found.isEmpty()) {
            return failed("Network " + networkName + " names VSphereDistributedNetwork " + provider
                    + ", which does not exist");
        }
        KubeObject distributed = found.get();
        List<KubeObject> pools = pools(distributed);
        String portGroup = distributed.text("spec", "portGroupID");
        AddressBook book = books.ofPortGroup(portGroup);
        book.ranges(IpPools.ranges(pools));
        Optional<Ipv4Address> address = book.claim(owner(card));
        if (address.isEmpty()) {
            return failed("all " + book.size() + " addresses of network " + provider + " are taken: "
                    + IpPools.describe(pools)
                    + "; delete machines (scale clusters down), or let the administrator add a range to the network");
        }
        card.status()
                .putArray("ipConfigs")
                .addObject()
                .put("ip", address.get().toString())
                .put("ipFamily", "IPv4")
                .put("gateway", distributed.text("spec", "gateway"))
                .put("subnetMask", distributed.text("spec", "subnetMask"));
        card.status().put("networkID", portGroup).put("connectionID", card.uid());
        return Condition.isTrue("Ready", "", "");
    }

    private List<KubeObject> pools(KubeObject distributed) {
        List<KubeObject> pools = new ArrayList<>();
        for (JsonNode reference : distributed.at("spec", "ipPools")) {
            caches.pools.find("", reference.path("name").asText()).ifPresent(pools::add);
        }
        return pools;
    }

    private static Condition failed(String message) {
        return Condition.isFalse("Ready", "CannotAllocIP", message);
    }

    private void free(KubeObject card) {
        if (!card.finalizers().contains(Labels.NETWORK_INTERFACE_FINALIZER)) {
            return;
        }
        for (AddressBook book : books.all()) {
            book.release(owner(card));
        }
        caches.interfaces.removeFinalizer(card, Labels.NETWORK_INTERFACE_FINALIZER);
        wakeWaiting();
    }

    private void wakeWaiting() {
        List.copyOf(waiting).forEach(wake);
    }
}
