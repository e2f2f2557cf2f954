package io.kantoku.tkg.vm;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.Events;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Labels;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a Service with Endpoints of each VirtualMachineService, and brings the Service's address back. */
public final class VmServiceController {
    private static final String OVER_QUOTA = "QuotaExceeded";
    private static final Duration QUOTA_PAUSE = Duration.ofSeconds(3);
    private static final int FORBIDDEN = 403;

    private final Caches caches;
    private final Events events;
    private final InstantSource clock;

    public VmServiceController(Caches caches, InstantSource clock) {
        this.caches = caches;
        this.events = new Events(caches.api(), "virtualmachineservice-controller", clock);
        this.clock = clock;
    }

    public Controller controller() {
        return Controller.named("virtual-machine-service")
                .kind("VirtualMachineService")
                .concurrency(16)
                .reconciler(this::reconcile)
                .watches(
                        caches.vmServices.resource(),
                        caches.vmServices,
                        Mapper.self().whenNotOnlyStatusChanged())
                .watches(
                        caches.vms.resource(),
                        caches.vms,
                        ((Mapper) this::selecting).whenChanged(VmServicePlan::differ))
                .watches(
                        caches.services.resource(),
                        caches.services,
                        onSupervisor(Mapper.owner("vmoperator.vmware.com", "VirtualMachineService")))
                .watches(
                        caches.endpoints.resource(),
                        caches.endpoints,
                        onSupervisor(Mapper.owner("vmoperator.vmware.com", "VirtualMachineService")))
                .build();
    }

    private static Mapper onSupervisor(Mapper mapper) {
        return (cluster, object, previous) ->
                Caches.isGuest(cluster) ? List.of() : mapper.map(cluster, object, previous);
    }

    private Collection<Request> selecting(ClusterId cluster, KubeObject vm, @Nullable KubeObject previous) {
        List<Request> requests = new ArrayList<>();
        String name = vm.labels().getOrDefault(Labels.VM_CLUSTER, "");
        for (KubeObject service : caches.vmServicesFor(vm.namespace(), name)) {
            if (VmServicePlan.selects(service, vm) || (previous != null && VmServicePlan.selects(service, previous))) {
                requests.add(new Request(cluster, service.namespacedName()));
            }
        }
        return requests;
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> found = caches.vmServices.find(request.name());
        if (found.isEmpty()) {
            return Result.done();
        }
        KubeObject vmService = found.get();
        Optional<KubeObject> service = caches.services.find(request.name());
        if (vmService.deleting()) {
            remove(vmService, service);
            return Result.done();
        }
        vmService = caches.vmServices.withFinalizer(ClusterId.SUPERVISOR, vmService, Labels.VM_SERVICE_FINALIZER);
        endpoints(vmService);
        KubeObject wanted = VmServicePlan.service(vmService, service);
        KubeObject present;
        try {
            present = service.isEmpty() ? caches.services.create(wanted) : caches.services.update(wanted);
        } catch (ApiException e) {
            if (!isOverQuota(e)) {
                throw e;
            }
            refuse(vmService, String.valueOf(e.getMessage()));
            return Result.after(QUOTA_PAUSE); // what frees quota concerns other objects
        }
        KubeObject changed = vmService.copy();
        VmServicePlan.status(changed, Optional.of(present), clock.instant());
        caches.vmServices.updateStatus(changed);
        return Result.done();
    }

    private static boolean isOverQuota(ApiException e) {
        return e.code() == FORBIDDEN && String.valueOf(e.getMessage()).contains("exceeded quota");
    }

    private void refuse(KubeObject vmService, String message) {
        KubeObject changed = vmService.copy();
        if (Conditions.set(changed, Condition.isFalse("Ready", OVER_QUOTA, message), clock.instant())) {
            events.warning(ClusterId.SUPERVISOR, vmService, OVER_QUOTA, message);
            caches.vmServices.updateStatus(changed);
        }
    }

    private void endpoints(KubeObject vmService) {
        String cluster = vmService.text("spec", "selector", Labels.VM_CLUSTER);
        List<KubeObject> candidates = cluster.isEmpty()
                ? caches.vmsIn(vmService.namespace())
                : caches.vms.by(Caches.key(vmService.namespace(), cluster));
        KubeObject wanted = VmServicePlan.endpoints(
                vmService,
                candidates.stream()
                        .filter(vm -> VmServicePlan.selects(vmService, vm))
                        .toList());
        Optional<KubeObject> present = caches.endpoints.find(vmService.namespacedName());
        if (present.isEmpty()) {
            caches.endpoints.create(wanted);
            return;
        }
        boolean bothEmpty =
                wanted.at("subsets").isEmpty() && present.get().at("subsets").isEmpty();
        if (!bothEmpty && !present.get().at("subsets").equals(wanted.at("subsets"))) {
            KubeObject changed = present.get().copy();
            changed.json().set("subsets", wanted.at("subsets"));
            caches.endpoints.update(changed);
        }
    }

    private void remove(KubeObject vmService, Optional<KubeObject> service) {
        caches.endpoints.find(vmService.namespacedName()).ifPresent(caches.endpoints::delete);
        if (service.isPresent()) {
            caches.services.delete(service.get());
            if (!service.get().finalizers().isEmpty()) {
                return; // its end leads here again
            }
        }
        caches.vmServices.removeFinalizer(vmService, Labels.VM_SERVICE_FINALIZER);
    }
}
