package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.registry.ObjectReader;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Gives Services their cluster addresses and node ports.
 *
 * <p>What is taken is read from the Services that exist, so that nothing has to be freed; of those that have not changed it is known. A number given out for a write that
 * is still on its way is held for a while, so that two writes at once do not get the same.
 */
public final class ServiceAddresses implements AdmissionPlugin {
    private static final GroupResource SERVICES = new GroupResource("", "services");

    private final ObjectReader objects;
    private final ServiceNetwork networks;
    private final InstantSource clock;
    private final ClusterIps clusterIps;
    private final NodePorts nodePorts;
    private final Map<ClusterId, Book> books = new HashMap<>();

    /** What one Service has, at a version. */
    private record Held(long version, Set<Long> addresses, Set<Long> ports) {}

    /** The numbers of one cluster; guarded by itself. */
    private static final class Book {
        private final NumberPool addresses;
        private final NumberPool ports;
        private final Map<NamespacedName, Held> services = new HashMap<>();
        private long version = -1;

        Book(InstantSource clock) {
            this.addresses = new NumberPool(clock);
            this.ports = new NumberPool(clock);
        }
    }

    public ServiceAddresses(
            ObjectReader objects, ServiceNetwork networks, RandomGenerator random, InstantSource clock) {
        this.objects = objects;
        this.networks = networks;
        this.clock = clock;
        this.clusterIps = new ClusterIps(random);
        this.nodePorts = new NodePorts(random);
    }

    @Override
    public void mutate(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object == null
                || !request.type().name().equals(SERVICES)
                || !request.subresource().isEmpty()
                || request.operation() == AdmissionRequest.Operation.DELETE) {
            return;
        }
        ServiceWrite service = ServiceWrite.of(request, object);
        Book book;
        synchronized (books) {
            book = books.computeIfAbsent(request.cluster(), any -> new Book(clock));
        }
        synchronized (book) {
            refresh(book, request.cluster());
            clusterIps.assign(service, book.addresses, () -> network(request.cluster()));
            nodePorts.assign(service, book.ports);
        }
    }

    private Ipv4Block network(ClusterId cluster) {
        return networks.serviceCidr(cluster)
                .map(Ipv4Block::parse)
                .orElseThrow(() -> ApiException.internal("the cluster has no service network"));
    }

    private void refresh(Book book, ClusterId cluster) {
        book.addresses.expire();
        book.ports.expire();
        long version = objects.version(cluster, SERVICES);
        if (version == book.version) {
            return;
        }
        Map<NamespacedName, Long> versions = objects.versions(cluster, SERVICES);
        book.services.keySet().retainAll(versions.keySet());
        versions.forEach((name, itsVersion) -> {
            Held held = book.services.get(name);
            if (held == null || held.version() != itsVersion) {
                objects.find(cluster, SERVICES, name)
                        .ifPresentOrElse(
                                service -> book.services.put(name, held(service, itsVersion)),
                                () -> book.services.remove(name));
            }
        });
        Set<Long> addresses = new HashSet<>();
        Set<Long> ports = new HashSet<>();
        for (Held held : book.services.values()) {
            addresses.addAll(held.addresses());
            ports.addAll(held.ports());
        }
        book.addresses.observe(addresses);
        book.ports.observe(ports);
        book.version = version;
    }

    private static Held held(KubeObject service, long version) {
        Set<Long> addresses = new HashSet<>();
        Ipv4Block.number(service.text("spec", "clusterIP")).ifPresent(addresses::add);
        return new Held(version, addresses, Set.copyOf(NodePorts.of(service.at("spec"))));
    }
}
