package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
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
 * <p>What is taken is read from the Services that exist, so that nothing has to be freed. A number given out for a write that
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

    /** The numbers of one cluster; guarded by itself. */
    private static final class Book {
        private final NumberPool addresses;
        private final NumberPool ports;
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
        Set<Long> addresses = new HashSet<>();
        Set<Long> ports = new HashSet<>();
        for (KubeObject service : objects.list(cluster, SERVICES, "")) {
            Ipv4Block.number(service.text("spec", "clusterIP")).ifPresent(addresses::add);
            ports.addAll(NodePorts.of(service.at("spec")));
        }
        book.addresses.observe(addresses);
        book.ports.observe(ports);
        book.version = version;
    }
}
