package io.kantoku.tkg.guest;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.Events;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.GuestClusters;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives Services of type LoadBalancer of guest clusters a load balancer of the Supervisor. Requests name the guest's Services.
 */
public final class GuestServiceController {
    /** Nobody tells when a node has learnt of a Service. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private static final String UNANSWERED = "NoBackendAnswers";

    private final Caches caches;
    private final GuestClusters guests;
    private final FirstAnswer firstAnswer;
    private final Events events;
    private final InstantSource clock;

    public GuestServiceController(Caches caches, GuestClusters guests, NodePorts nodePorts, InstantSource clock) {
        this.caches = caches;
        this.guests = guests;
        this.firstAnswer = new FirstAnswer(nodePorts);
        this.events = new Events(caches.api(), "guest-cluster-cloud-provider", clock);
        this.clock = clock;
    }

    public Controller controller() {
        Controller controller = Controller.named("guest-service")
                .kind("Service")
                .concurrency(16)
                .reconciler(this::reconcile)
                .watches(caches.services.resource(), caches.services, GuestServiceController::ofService)
                .watches(caches.vmServices.resource(), caches.vmServices, this::ofVmService)
                .watches(caches.tanzuClusters.resource(), caches.tanzuClusters, this::ofCluster)
                .observes(caches.clusters.resource(), caches.clusters)
                .build();
        guests.listen(guest -> servicesOf(guest).forEach(controller::enqueue));
        return controller;
    }

    private static Collection<Request> ofService(ClusterId cluster, KubeObject service, @Nullable KubeObject previous) {
        boolean concerns = Caches.isGuest(cluster)
                && (Caches.isBalanced(service) || (previous != null && Caches.isBalanced(previous)));
        return concerns ? List.of(new Request(cluster, service.namespacedName())) : List.of();
    }

    private Collection<Request> ofVmService(ClusterId cluster, KubeObject vmService, @Nullable KubeObject previous) {
        String tkc = vmService.labels().getOrDefault(Labels.GUEST_CLUSTER, "");
        NamespacedName service = new NamespacedName(
                vmService.labels().getOrDefault(Labels.GUEST_SERVICE_NAMESPACE, ""),
                vmService.labels().getOrDefault(Labels.GUEST_SERVICE, ""));
        return tkc.isEmpty()
                ? List.of()
                : caches.idOf(vmService.namespace(), tkc)
                        .map(guest -> List.of(new Request(guest, service)))
                        .orElse(List.of());
    }

    /** A cluster that is new here may have had Services before it was known. */
    private Collection<Request> ofCluster(ClusterId cluster, KubeObject tkc, @Nullable KubeObject previous) {
        return previous != null
                ? List.of()
                : caches.idOf(tkc.namespace(), tkc.name())
                        .map(guest -> caches.services.by(guest, Caches.LOAD_BALANCERS).stream()
                                .map(service -> new Request(guest, service.namespacedName()))
                                .toList())
                        .orElse(List.of());
    }

    /** Those of the guest, and those that load balancers were made for. */
    private Set<Request> servicesOf(ClusterId guest) {
        Set<Request> requests = new HashSet<>();
        caches.services
                .by(guest, Caches.LOAD_BALANCERS)
                .forEach(service -> requests.add(new Request(guest, service.namespacedName())));
        caches.clusterOf(guest).stream()
                .flatMap(cluster -> caches.mirroredServices(cluster.namespace(), cluster.name()).stream())
                .forEach(vmService -> requests.addAll(ofVmService(ClusterId.SUPERVISOR, vmService, null)));
        return requests;
    }

    private Result reconcile(Request request) {
        if (!guests.isKnown(request.cluster())) {
            return Result.done(); // leads here again when it is
        }
        Optional<KubeObject> found = caches.services.find(request.cluster(), request.name());
        Optional<KubeObject> tkc = caches.clusterOf(request.cluster())
                .flatMap(cluster -> caches.tanzuClusters.find(cluster.namespacedName()))
                .filter(object -> !object.deleting());
        if (tkc.isEmpty()) {
            return Result.done(); // the end of a cluster takes its load balancers with it
        }
        Optional<KubeObject> vmService = caches.vmServices.find(
                tkc.get().namespace(), GuestServicePlan.name(tkc.get().name(), request.name()));
        boolean wanted = found.filter(service -> !service.deleting() && Caches.isLoadBalancer(service))
                .isPresent();
        if (!wanted) {
            firstAnswer.forget(request);
            vmService.ifPresent(caches.vmServices::delete);
            if (vmService.isEmpty() && found.isPresent()) {
                release(request.cluster(), found.get());
            }
            return Result.done();
        }
        return provide(request, tkc.get(), found.orElseThrow(), vmService);
    }

    private void release(ClusterId guest, KubeObject service) {
        KubeObject current = service;
        if (!service.deleting()
                && !service.at("status", "loadBalancer", "ingress").isEmpty()) {
            KubeObject changed = service.copy();
            changed.status().putObject("loadBalancer");
            current = caches.services.updateStatus(guest, changed);
        }
        caches.services.removeFinalizer(guest, current, Labels.LOAD_BALANCER_FINALIZER);
    }

    private Result provide(Request request, KubeObject tkc, KubeObject service, Optional<KubeObject> present) {
        ClusterId guest = request.cluster();
        if (!GuestServicePlan.hasNodePorts(service)) {
            events.warning(
                    guest,
                    service,
                    "NoNodePort",
                    "a port of the Service has no node port; load balancers reach pods through node ports, so leave"
                            + " allocateLoadBalancerNodePorts on");
            return Result.done();
        }
        KubeObject current = caches.services.withFinalizer(guest, service, Labels.LOAD_BALANCER_FINALIZER);
        KubeObject wanted = GuestServicePlan.vmService(tkc, current);
        KubeObject vmService;
        if (present.isEmpty()) {
            vmService = caches.vmServices.create(wanted);
        } else if (present.get().deleting()) {
            return Result.done(); // its end leads here again
        } else {
            KubeObject changed = present.get().copy();
            changed.json().set("spec", wanted.spec());
            Labels.removeBalancing(changed);
            wanted.annotations().forEach(changed::annotate);
            vmService = caches.vmServices.update(changed);
        }
        FirstAnswer.Verdict verdict = verdict(request, current, vmService);
        KubeObject changed = current.copy();
        if (verdict == FirstAnswer.Verdict.WAIT) {
            Conditions.set(
                    changed,
                    Condition.isFalse(
                            "Programmed",
                            UNANSWERED,
                            "the load balancer serves it; no node answers for its pods at the node port yet"),
                    clock.instant());
            caches.services.updateStatus(guest, changed);
            return Result.after(LOOK_AGAIN);
        }
        if (verdict == FirstAnswer.Verdict.GIVE_UNANSWERED) {
            events.warning(
                    guest,
                    current,
                    UNANSWERED,
                    "the load balancer serves it, and for " + FirstAnswer.PATIENCE.toSeconds()
                            + " s no node has answered at its node ports; look whether its pods listen at the target port");
        }
        GuestServicePlan.status(changed, vmService, clock.instant());
        if (!changed.at("status").equals(current.at("status"))) {
            Optional<Condition> problem = GuestServicePlan.problem(vmService);
            problem.ifPresent(why -> events.warning(guest, current, why.reason(), why.message()));
            String address = GuestServicePlan.address(changed);
            if (!address.isEmpty() && !address.equals(GuestServicePlan.address(current))) {
                events.normal(guest, current, "EnsuredLoadBalancer", "the load balancer serves " + address);
            }
            caches.services.updateStatus(guest, changed);
        }
        return Result.done();
    }

    /** An address that was given out once is not taken back because nobody answers. */
    private FirstAnswer.Verdict verdict(Request request, KubeObject service, KubeObject vmService) {
        boolean isNew = !GuestServicePlan.address(vmService).isEmpty()
                && GuestServicePlan.address(service).isEmpty();
        return isNew
                ? firstAnswer.judge(
                        request,
                        service,
                        caches.api().cluster(request.cluster()).find(Kinds.ENDPOINTS.resource(), request.name()),
                        caches.endpoints.find(vmService.namespacedName()),
                        clock.instant())
                : FirstAnswer.Verdict.GIVE;
    }
}
