package io.kantoku.tkg.net;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Controller;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Labels;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes into each IPPool how much of it is taken. */
public final class PoolController {
    private final Caches caches;
    private final AddressBooks books;
    private final InstantSource clock;

    public PoolController(Caches caches, AddressBooks books, InstantSource clock) {
        this.caches = caches;
        this.books = books;
        this.clock = clock;
    }

    public Controller controller() {
        return Controller.named("ip-pool")
                .kind("IPPool")
                .concurrency(1)
                .reconciler(this::reconcile)
                .watches(caches.pools.resource(), caches.pools, Mapper.self())
                .watches(
                        caches.interfaces.resource(),
                        caches.interfaces,
                        Mapper.of(this::ofInterface)
                                .whenChanged((before, after) ->
                                        !before.at("status", "ipConfigs").equals(after.at("status", "ipConfigs"))))
                .watches(
                        caches.services.resource(),
                        caches.services,
                        ((Mapper) (cluster, service, previous) -> Caches.isGuest(cluster)
                                        ? List.of()
                                        : caches.balancerPools("").stream()
                                                .map(pool -> new Request(cluster, pool.namespacedName()))
                                                .toList())
                                .whenChanged((before, after) -> !before.at("status", "loadBalancer")
                                        .equals(after.at("status", "loadBalancer"))))
                .observes(caches.distributedNetworks.resource(), caches.distributedNetworks)
                .build();
    }

    private List<NamespacedName> ofInterface(KubeObject card) {
        List<NamespacedName> names = new ArrayList<>();
        String portGroup = card.text("status", "networkID");
        for (KubeObject network : caches.distributedNetworks.all()) {
            if (network.text("spec", "portGroupID").equals(portGroup)) {
                for (JsonNode pool : network.at("spec", "ipPools")) {
                    names.add(NamespacedName.clusterScoped(pool.path("name").asText()));
                }
            }
        }
        return names;
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> found = caches.pools.find(request.name());
        if (found.isEmpty()) {
            return Result.done();
        }
        Optional<AddressBook> book = book(found.get());
        if (book.isPresent()) {
            KubeObject changed = found.get().copy();
            IpPools.status(changed, book.get(), clock.instant());
            caches.pools.updateStatus(changed);
        }
        return Result.done();
    }

    private Optional<AddressBook> book(KubeObject pool) {
        String balancer = pool.labels().getOrDefault(Labels.LOAD_BALANCER_POOL, "");
        if (!balancer.isEmpty()) {
            return Optional.of(books.ofBalancer(balancer));
        }
        for (KubeObject network : caches.distributedNetworks.all()) {
            for (JsonNode reference : network.at("spec", "ipPools")) {
                if (reference.path("name").asText().equals(pool.name())) {
                    return Optional.of(books.ofPortGroup(network.text("spec", "portGroupID")));
                }
            }
        }
        return Optional.empty();
    }
}
