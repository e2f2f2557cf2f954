package io.kantoku.tkg.lb;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Backoff;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.ControllerSettings;
import io.kantoku.client.Events;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.lab.NetworkStack;
import io.kantoku.loadbalancer.VirtualServer;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.tkg.net.AddressBook;
import io.kantoku.tkg.net.AddressBooks;
import io.kantoku.tkg.net.IpPools;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import io.kantoku.vsphere.net.Ipv4Address;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives the Supervisor's Services of type LoadBalancer their virtual IPs.
 *
 * <p>An address is given to users only when the load balancer serves it. Services that change together are programmed together:
 * each waits in its own worker, and the programmer carries out all that wait in one transaction.
 */
public final class LoadBalancerController {
    private static final int CONCURRENCY = 128;
    private static final Backoff RETRY = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), 0.2);
    private static final String PROGRAMMED = "Programmed";

    /** What a Service was last programmed as, and over which connection. */
    private record Programmed(VirtualServer server, long connection) {}

    private final Caches caches;
    private final BalancerConnection connection;
    private final AddressBooks books;
    private final FrontendNames names;
    private final Events events;
    private final ControllerSettings settings;
    private final InstantSource clock;
    private final Map<NamespacedName, Programmed> programmed = new ConcurrentHashMap<>();
    private final Map<Request, Integer> failures = new ConcurrentHashMap<>();
    private final Set<Request> waiting = ConcurrentHashMap.newKeySet();
    private volatile Consumer<Request> wake = _ -> {};

    /** Whose Services they are: the vSphere cluster and the Supervisor, which name the frontends. */
    public record Owner(String cluster, UUID supervisor) {
        String prefix() {
            return cluster + ":" + supervisor;
        }
    }

    public LoadBalancerController(
            Caches caches,
            LoadBalancers balancers,
            NetworkStack network,
            AddressBooks books,
            Owner owner,
            ControllerSettings settings,
            InstantSource clock) {
        this.caches = caches;
        this.connection = new BalancerConnection(caches, balancers, network);
        this.books = books;
        this.names = new FrontendNames(owner.prefix());
        this.events = new Events(caches.api(), "vmware-system-lbapi-controller-manager", clock);
        this.settings = settings;
        this.clock = clock;
    }

    public Controller controller() {
        Controller controller = Controller.named("load-balancer")
                .kind("Service")
                .concurrency(CONCURRENCY)
                .reconciler(this::reconcile)
                .watches(caches.services.resource(), seeding(), LoadBalancerController::ofService)
                .watches(caches.endpoints.resource(), caches.endpoints, this::ofEndpoints)
                .watches(caches.pools.resource(), caches.pools, ((Mapper) this::ofPool).whenChanged(IpPools::differ))
                .watches(caches.balancers.resource(), caches.balancers, (_, _, _) -> everyService())
                .watches(caches.haproxies.resource(), caches.haproxies, (_, _, _) -> everyService())
                .build();
        wake = controller::enqueue;
        return controller;
    }

    /** Whether clients of the Service are led to the address. */
    public boolean leadsTo(NamespacedName service, String address) {
        Programmed present = programmed.get(service);
        return present != null
                && present.server().ports().stream()
                        .flatMap(port -> port.servers().stream())
                        .anyMatch(target -> target.address().equals(address));
    }

    private static Collection<Request> ofService(ClusterId cluster, KubeObject service, @Nullable KubeObject previous) {
        boolean concerns = !Caches.isGuest(cluster)
                && (Caches.isBalanced(service) || (previous != null && Caches.isBalanced(previous)));
        return concerns ? List.of(new Request(cluster, service.namespacedName())) : List.of();
    }

    private Collection<Request> ofEndpoints(ClusterId cluster, KubeObject endpoints, @Nullable KubeObject previous) {
        boolean balanced = !Caches.isGuest(cluster)
                && caches.services
                        .find(endpoints.namespacedName())
                        .filter(Caches::isBalanced)
                        .isPresent();
        return balanced ? List.of(new Request(cluster, endpoints.namespacedName())) : List.of();
    }

    private Collection<Request> ofPool(ClusterId cluster, KubeObject pool, @Nullable KubeObject previous) {
        return !pool.labels().containsKey(Labels.LOAD_BALANCER_POOL) ? List.of() : List.copyOf(waiting);
    }

    private List<Request> everyService() {
        return caches.services.by(Caches.LOAD_BALANCERS).stream()
                .map(service -> new Request(ClusterId.SUPERVISOR, service.namespacedName()))
                .toList();
    }

    /** Services that have an address keep it: it is in the book before the first request runs. */
    private ObjectListener seeding() {
        return new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
                caches.services.onPresent(cluster, object, previous);
                if (previous == null && !Caches.isGuest(cluster) && Caches.isBalanced(object)) {
                    seeds.put(object.namespacedName(), object);
                }
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject last) {
                caches.services.onDeleted(cluster, last);
                if (!Caches.isGuest(cluster)) {
                    seeds.remove(last.namespacedName());
                }
            }
        };
    }

    private final Map<NamespacedName, KubeObject> seeds = new ConcurrentHashMap<>();

    /** The addresses and names of Services that were there at the start are taken before any is given out. */
    private synchronized AddressBook book(KubeObject balancer) {
        AddressBook book = books.ofBalancer(balancer.name());
        book.ranges(IpPools.ranges(caches.balancerPools(balancer.name())));
        seeds.values().forEach(service -> {
            names.claim(service);
            String vip = vip(service);
            if (!vip.isEmpty()) {
                book.claim(service.uid(), Ipv4Address.parse(vip));
            }
        });
        seeds.clear();
        return book;
    }

    private static String vip(KubeObject service) {
        return service.at("status", "loadBalancer", "ingress")
                .path(0)
                .path("ip")
                .asText("");
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> found = caches.services.find(request.name());
        if (found.isEmpty()) {
            forget(request);
            return Result.done();
        }
        KubeObject service = found.get();
        Optional<KubeObject> balancer = caches.balancer();
        if (service.deleting() || !Caches.isLoadBalancer(service)) {
            return remove(request, service, balancer);
        }
        Optional<String> refusal = ServicePlan.refusal(service);
        if (refusal.isPresent()) {
            remove(request, service, balancer);
            String reason = ServicePlan.isOfPorts(service) ? "UnsupportedPort" : "InvalidService";
            return pending(request, service, reason, refusal.get());
        }
        if (balancer.isEmpty()) {
            return pending(
                    request,
                    service,
                    "NoLoadBalancer",
                    "this Supervisor has no LoadBalancerConfig; enable it with a load balancer");
        }
        AddressBook book = book(balancer.get());
        Optional<String> unassigned = assign(book, service);
        if (unassigned.isPresent()) {
            return pending(request, service, "NoAddress", unassigned.get());
        }
        return program(
                request,
                service,
                balancer.get(),
                book.of(service.uid()).orElseThrow().toString());
    }

    /** Gives the Service an address of the pools, the one it asks for if it does; says why it cannot. */
    private Optional<String> assign(AddressBook book, KubeObject service) {
        String wanted = service.text("spec", "loadBalancerIP");
        if (!wanted.isEmpty()) {
            Ipv4Address address;
            try {
                address = Ipv4Address.parse(wanted);
            } catch (IllegalArgumentException e) {
                return Optional.of("spec.loadBalancerIP: " + e.getMessage());
            }
            if (!book.inRange(address)) {
                return Optional.of("spec.loadBalancerIP " + wanted + " is outside the virtual IP ranges "
                        + book.ranges() + "; choose an address in them or leave the field out");
            }
            if (!book.claim(service.uid(), address)) {
                return Optional.of("spec.loadBalancerIP " + wanted
                        + " belongs to another Service; choose a free address" + " or leave the field out");
            }
            return Optional.empty();
        }
        if (book.claim(service.uid()).isEmpty()) {
            return Optional.of(
                    "all " + book.size() + " virtual IPs of " + book.ranges()
                            + " are taken; delete Services of type LoadBalancer or clusters, or let the administrator add a range");
        }
        return Optional.empty();
    }

    private Result program(Request request, KubeObject service, KubeObject balancer, String vip) {
        BalancerConnection.State state = connection.get(balancer);
        if (state.balancer().isEmpty()) {
            return retry(request, service, "LoadBalancerNotConfigured", state.problem());
        }
        String name = names.claim(service);
        KubeObject current = marked(service, name);
        VirtualServer server = ServicePlan.server(name, vip, current, endpoints(service.namespacedName()));
        Programmed wanted = new Programmed(server, state.generation());
        if (!wanted.equals(programmed.get(request.name()))) {
            try {
                state.balancer().get().put(server);
            } catch (DataPlaneException e) {
                programmed.remove(request.name());
                return retry(request, current, reason(e), String.valueOf(e.getMessage()));
            }
            programmed.put(request.name(), wanted);
        }
        failures.remove(request);
        waiting.remove(request);
        Instant now = clock.instant();
        KubeObject changed = current.copy();
        boolean arrived = !vip(changed).equals(vip);
        if (arrived) {
            changed.status()
                    .putObject("loadBalancer")
                    .putArray("ingress")
                    .addObject()
                    .put("ip", vip);
        }
        Conditions.set(changed, Condition.isTrue(PROGRAMMED, PROGRAMMED, "the load balancer serves it"), now);
        caches.services.updateStatus(changed);
        if (arrived) { // after the status, for which somebody waits
            events.normal(ClusterId.SUPERVISOR, current, "EnsuredLoadBalancer", "the load balancer serves " + vip);
        }
        return Result.done();
    }

    /** The cache may be behind what was there before the Service; and who is told that the Service is served visits it at once. */
    private Optional<KubeObject> endpoints(NamespacedName service) {
        Optional<KubeObject> cached = caches.endpoints.find(service);
        return cached.filter(ServicePlan::hasServers).isPresent()
                ? cached
                : caches.api().cluster(ClusterId.SUPERVISOR).find(Kinds.ENDPOINTS.resource(), service);
    }

    private static Condition failed(String reason, String message) {
        return Condition.isFalse(PROGRAMMED, reason, message);
    }

    private static String reason(DataPlaneException e) {
        return switch (e.code()) {
            case UNREACHABLE, DEADLINE -> "LoadBalancerUnreachable";
            case UNAUTHORIZED -> "LoadBalancerRefusesCredentials";
            case UNTRUSTED -> "LoadBalancerNotTrusted";
            case NOT_DATA_PLANE_API -> "NotADataPlaneApi";
            case RELOAD_FAILED -> "ReloadFailed";
            case BAD_REQUEST,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    OUTDATED,
                    CONFLICT,
                    TOO_LARGE,
                    UNSUPPORTED,
                    INVALID,
                    TOO_MANY_TRANSACTIONS,
                    INTERNAL -> "ProgrammingFailed";
        };
    }

    /** The Service with the finalizer that lets its entries be removed, and with its frontend's name if that is not the plain one. */
    private KubeObject marked(KubeObject service, String name) {
        KubeObject changed = service.copy();
        if (!changed.finalizers().contains(Labels.LOAD_BALANCER_FINALIZER)) {
            changed.metadata().withArrayProperty("finalizers").add(Labels.LOAD_BALANCER_FINALIZER);
        }
        if (!names.isPlain(name, service)) {
            changed.annotate(FrontendNames.ANNOTATION, name);
        }
        return caches.services.update(changed);
    }

    /** Waits for something to change. */
    private Result pending(Request request, KubeObject service, String reason, String message) {
        waiting.add(request);
        fail(service, reason, message);
        return Result.done();
    }

    /** Tries again, later each time. */
    private Result retry(Request request, KubeObject service, String reason, String message) {
        fail(service, reason, message);
        int count = failures.merge(request, 1, Integer::sum);
        return Result.after(RETRY.delay(count, settings.random()));
    }

    private void fail(KubeObject service, String reason, String message) {
        KubeObject changed = service.copy();
        if (Conditions.set(changed, failed(reason, message), clock.instant())) {
            events.warning(ClusterId.SUPERVISOR, service, reason, message);
            caches.services.updateStatus(changed);
        }
    }

    private Result remove(Request request, KubeObject service, Optional<KubeObject> balancer) {
        if (!service.finalizers().contains(Labels.LOAD_BALANCER_FINALIZER)) {
            releaseAddress(service, balancer);
            forget(request);
            return Result.done();
        }
        if (balancer.isPresent()) {
            BalancerConnection.State state = connection.get(balancer.get());
            if (state.balancer().isEmpty()) {
                return retry(request, service, "LoadBalancerNotConfigured", state.problem());
            }
            String name = names.claim(service);
            try {
                state.balancer().get().remove(name);
            } catch (DataPlaneException e) {
                return retry(request, service, reason(e), "cannot remove its entries: " + e.getMessage());
            }
            names.release(name, service.uid());
        }
        releaseAddress(service, balancer);
        KubeObject current = service;
        if (!service.deleting() && !vip(service).isEmpty()) {
            KubeObject changed = service.copy();
            changed.status().putObject("loadBalancer");
            current = caches.services.updateStatus(changed);
        }
        caches.services.removeFinalizer(current, Labels.LOAD_BALANCER_FINALIZER);
        forget(request);
        return Result.done();
    }

    private void releaseAddress(KubeObject service, Optional<KubeObject> balancer) {
        if (balancer.isPresent() && book(balancer.get()).release(service.uid())) {
            new ArrayList<>(waiting).forEach(wake);
        }
    }

    private void forget(Request request) {
        programmed.remove(request.name());
        failures.remove(request);
        waiting.remove(request);
    }
}
