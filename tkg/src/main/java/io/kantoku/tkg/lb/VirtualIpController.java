package io.kantoku.tkg.lb;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.objects.Caches;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps an object for each Service that has a virtual IP, which says who has it and what is behind it. */
public final class VirtualIpController {
    private final Caches caches;
    private final String prefix;
    private final InstantSource clock;

    public VirtualIpController(Caches caches, LoadBalancerController.Owner owner, InstantSource clock) {
        this.caches = caches;
        this.prefix = owner.prefix();
        this.clock = clock;
    }

    public Controller controller() {
        return Controller.named("virtual-ip")
                .kind("VirtualIP")
                .reconciler(this::reconcile)
                .watches(caches.virtualIps.resource(), caches.virtualIps, Mapper.self())
                .watches(caches.services.resource(), caches.services, this::ofService)
                .watches(caches.endpoints.resource(), caches.endpoints, this::ofEndpoints)
                .build();
    }

    private Collection<Request> ofService(ClusterId cluster, KubeObject service, @Nullable KubeObject previous) {
        boolean concerns = !Caches.isGuest(cluster)
                && (!address(service).isEmpty()
                        || (previous != null && !address(previous).isEmpty()));
        return concerns ? List.of(new Request(cluster, service.namespacedName())) : List.of();
    }

    private Collection<Request> ofEndpoints(ClusterId cluster, KubeObject endpoints, @Nullable KubeObject previous) {
        boolean concerns = !Caches.isGuest(cluster)
                && caches.virtualIps.find(endpoints.namespacedName()).isPresent();
        return concerns ? List.of(new Request(cluster, endpoints.namespacedName())) : List.of();
    }

    private static String address(KubeObject service) {
        return service.at("status", "loadBalancer", "ingress")
                .path(0)
                .path("ip")
                .asText("");
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> present = caches.virtualIps.find(request.name());
        Optional<KubeObject> service = caches.services
                .find(request.name())
                .filter(Caches::isLoadBalancer)
                .filter(object -> !address(object).isEmpty());
        if (service.isEmpty()) {
            present.ifPresent(caches.virtualIps::delete);
            return Result.done();
        }
        KubeObject owner = service.get();
        String balancer = caches.balancer().map(KubeObject::name).orElse("");
        KubeObject wanted = VirtualIps.claim(owner, address(owner), balancer, caches.balancerPools(balancer), present);
        KubeObject claim = present.isEmpty() ? caches.virtualIps.create(wanted) : caches.virtualIps.update(wanted);
        KubeObject changed = claim.copy();
        String frontend = owner.annotations()
                .getOrDefault(FrontendNames.ANNOTATION, ServicePlan.frontend(prefix, owner.namespacedName()));
        VirtualIps.status(
                changed,
                ServicePlan.server(frontend, address(owner), owner, caches.endpoints.find(owner.namespacedName())));
        Condition programmed = Conditions.find(owner, "Programmed")
                .orElse(Condition.isFalse("Programmed", "Waiting", "the load balancer has not answered yet"));
        Conditions.set(
                changed,
                programmed.isTrue()
                        ? Condition.isTrue("Programmed", programmed.reason(), programmed.message())
                        : Condition.isFalse("Programmed", programmed.reason(), programmed.message()),
                clock.instant());
        caches.virtualIps.updateStatus(changed);
        return Result.done();
    }
}
