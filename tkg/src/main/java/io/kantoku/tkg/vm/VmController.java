package io.kantoku.tkg.vm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.Events;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.guest.NodePorts;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.ClusterNames;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import io.kantoku.vsphere.Host;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmListener;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.machine.StopMode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * Makes VirtualMachines in the inventory.
 *
 * <p>The power state is applied when the object's spec changes. A machine that somebody switches off in the inventory stays off
 * until it is switched on there: its condition says so.
 */
public final class VmController {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(30);
    private static final Duration WITHDRAWAL_PAUSE = Duration.ofMillis(20);
    private static final Duration ATTACH_AGAIN = Duration.ofSeconds(1);

    private final Caches caches;
    private final Inventory inventory;
    private final InventoryFeed feed;
    private final Withdrawal withdrawal;
    private final VmVolumes volumes;
    private final ReadinessProbe probe;
    private final Events events;
    private final InstantSource clock;
    private final Set<Request> starved = ConcurrentHashMap.newKeySet();
    private final Map<MoRef, String> hosts = new ConcurrentHashMap<>();

    /** What was asked for when the power state was last applied, by uid: disks come and go without switching anything. */
    private final Map<String, JsonNode> applied = new ConcurrentHashMap<>();

    /**
     * @param balancer whether the load balancer of a Service leads to an address
     * @param ports whether machines take connections
     */
    public VmController(
            Caches caches,
            Inventory inventory,
            InventoryFeed feed,
            BiPredicate<NamespacedName, String> balancer,
            NodePorts ports,
            InstantSource clock) {
        this.caches = caches;
        this.inventory = inventory;
        this.feed = feed;
        this.withdrawal = new Withdrawal(caches, balancer);
        this.volumes = new VmVolumes(caches, inventory.disks());
        this.probe = new ReadinessProbe(ports);
        this.events = new Events(caches.api(), "virtualmachine-controller", clock);
        this.clock = clock;
    }

    public Controller controller() {
        Controller controller = Controller.named("virtual-machine")
                .kind("VirtualMachine")
                .concurrency(32)
                .reconciler(this::reconcile)
                .watches(caches.vms.resource(), caches.vms, Mapper.self().whenNotOnlyStatusChanged())
                .watches(
                        caches.interfaces.resource(),
                        caches.interfaces,
                        Mapper.owner("vmoperator.vmware.com", "VirtualMachine"))
                .watches(caches.policies.resource(), caches.policies, Mapper.of(this::ofPolicy))
                .watches(caches.vmClasses.resource(), caches.vmClasses, (_, _, _) -> List.copyOf(starved))
                .watches(caches.storageClasses.resource(), caches.storageClasses, (_, _, _) -> List.copyOf(starved))
                .watches(caches.claims.resource(), caches.claims, Caches.onSupervisor(Mapper.of(this::ofClaim)))
                .observes(caches.volumes.resource(), caches.volumes)
                .observes(caches.namespaces.resource(), caches.namespaces)
                .observes(caches.networks.resource(), caches.networks)
                .observes(caches.vmServices.resource(), caches.vmServices)
                .observes(caches.tanzuClusters.resource(), caches.tanzuClusters)
                .build();
        feed.listen(new VmListener() {
            @Override
            public void onPresent(VirtualMachine vm) {
                InventoryFeed.objectOf(vm)
                        .ifPresent(name -> controller.enqueue(new Request(ClusterId.SUPERVISOR, name)));
                if (!vm.isOn()) {
                    List.copyOf(starved).forEach(controller::enqueue);
                }
            }

            @Override
            public void onDeleted(VirtualMachine last) {
                InventoryFeed.objectOf(last)
                        .ifPresent(name -> controller.enqueue(new Request(ClusterId.SUPERVISOR, name)));
                List.copyOf(starved).forEach(controller::enqueue);
            }
        });
        return controller;
    }

    private List<NamespacedName> ofPolicy(KubeObject policy) {
        return caches.vms.by(Caches.key(policy.namespace(), policy.name())).stream()
                .filter(vm -> vm.text("status", "uniqueID").isEmpty())
                .map(KubeObject::namespacedName)
                .toList();
    }

    /** The machines that shall have the claim's disk. */
    private List<NamespacedName> ofClaim(KubeObject claim) {
        return caches.vmsIn(claim.namespace()).stream()
                .filter(vm -> VmVolumes.names(vm, claim.name()))
                .map(KubeObject::namespacedName)
                .toList();
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> found = caches.vms.find(request.name());
        if (found.isEmpty()) {
            starved.remove(request);
            return Result.done();
        }
        KubeObject object = found.get();
        if (object.deleting()) {
            starved.remove(request);
            applied.remove(object.uid());
            return remove(object);
        }
        KubeObject current = caches.vms.withFinalizer(ClusterId.SUPERVISOR, object, Labels.VM_FINALIZER);
        KubeObject changed = current.copy();
        Result result = bring(request, current, changed);
        caches.vms.updateStatus(changed);
        return result;
    }

    /** Does what is missing, and writes what came of it into {@code changed}. */
    private Result bring(Request request, KubeObject object, KubeObject changed) {
        Optional<VirtualMachine> vm = feed.find(object);
        if (vm.isEmpty()) {
            VmRequirements needs = requirements(object);
            Condition network = needs.network();
            Conditions.set(changed, network, clock.instant());
            Optional<Condition> missing = needs.missing();
            if (missing.isPresent()) {
                return failing(request, changed, missing.get());
            }
            if (!network.isTrue()) {
                changed.status().put("phase", "Creating");
                return Result.done();
            }
            try {
                vm = Optional.of(create(needs));
            } catch (VsphereException e) {
                return failing(
                        request,
                        changed,
                        Condition.isFalse("VMProvisioned", "VMCreationFailed", code(e) + e.getMessage()));
            }
        }
        return power(request, changed, vm.get());
    }

    private VirtualMachine create(VmRequirements needs) {
        VmSpec spec = needs.spec();
        VirtualMachine made;
        try {
            made = inventory.machines().create(spec);
        } catch (VsphereException e) {
            // Made before a crash, or somebody else's machine of that name: the first is ours to go on with.
            Optional<VirtualMachine> present = e.code() == VsphereException.Code.ALREADY_EXISTS
                    ? inventory.machines().find(spec.placement().folder(), spec.name())
                    : Optional.empty();
            String uid = spec.metadata().getOrDefault(InventoryFeed.UID, "");
            if (present.isEmpty()
                    || !present.get()
                            .spec()
                            .metadata()
                            .getOrDefault(InventoryFeed.UID, "")
                            .equals(uid)) {
                throw e;
            }
            made = present.get();
        }
        feed.put(made);
        return made;
    }

    private Result power(Request request, KubeObject changed, VirtualMachine vm) {
        VirtualMachine current = vm;
        ObjectNode asked = changed.spec().deepCopy().without(List.of("volumes"));
        boolean pending = changed.at("status", "observedGeneration").asLong(-1) != changed.generation()
                && !asked.equals(applied.get(changed.uid()));
        if (pending) {
            boolean wantedOn = !changed.text("spec", "powerState").equals("poweredOff");
            try {
                if (wantedOn && !vm.isOn()) {
                    current = inventory.machines().powerOn(vm.id());
                } else if (!wantedOn && vm.isOn()) {
                    current = inventory.machines().powerOff(vm.id(), StopMode.GRACEFUL);
                }
            } catch (VsphereException e) {
                VmStatus.write(changed, vm, host(vm), clock.instant());
                return failing(
                        request, changed, Condition.isFalse("PoweredOn", "PoweringOnFailed", code(e) + e.getMessage()));
            }
            feed.put(current);
        }
        boolean complete = volumes.follow(changed, current);
        starved.remove(request);
        Conditions.set(changed, Condition.isTrue("NetworkReady", "", ""), clock.instant());
        Optional<Condition> before = Conditions.find(changed, "Ready");
        VmStatus.write(changed, current, host(current), clock.instant());
        Optional<Condition> unready = probe.unready(before, changed);
        unready.ifPresent(condition -> Conditions.set(changed, condition, clock.instant()));
        changed.status().put("observedGeneration", changed.generation());
        applied.put(changed.uid(), asked);
        return !complete
                ? Result.after(ATTACH_AGAIN)
                : unready.isPresent() ? Result.after(ReadinessProbe.AGAIN) : Result.done();
    }

    private Result failing(Request request, KubeObject changed, Condition why) {
        starved.add(request);
        boolean news = Conditions.set(changed, why, clock.instant());
        if (changed.text("status", "phase").isEmpty()) {
            changed.status().put("phase", "Creating");
        }
        if (news && !why.reason().equals("ResourcePolicyNotReady")) {
            events.warning(ClusterId.SUPERVISOR, changed, why.reason(), why.message());
        }
        return Result.after(TRY_AGAIN);
    }

    private static String code(VsphereException e) {
        return e.code() + ": ";
    }

    private String host(VirtualMachine vm) {
        return hosts.computeIfAbsent(vm.host(), id -> {
            Map<MoRef, String> names = inventory.hosts().stream().collect(Collectors.toMap(Host::id, Host::name));
            return names.getOrDefault(id, id.toString());
        });
    }

    private VmRequirements requirements(KubeObject object) {
        List<Optional<KubeObject>> cards = new ArrayList<>();
        for (JsonNode card : object.at("spec", "networkInterfaces")) {
            cards.add(networkInterface(object, card.path("networkName").asText()));
        }
        return new VmRequirements(
                object,
                caches.vmClasses.find("", object.text("spec", "className")),
                caches.storageClasses.find("", object.text("spec", "storageClass")),
                place(object),
                cards,
                userData(object),
                caches.idOf(object.namespace(), object.labels().getOrDefault(Labels.VM_CLUSTER, "")));
    }

    private Optional<KubeObject> networkInterface(KubeObject vm, String networkName) {
        Optional<KubeObject> network = networkName.isEmpty()
                ? caches.defaultNetwork(vm.namespace())
                : caches.networks.find(vm.namespace(), networkName);
        String called = network.map(KubeObject::name).orElse(networkName);
        KubeObject wanted = Kinds.NETWORK_INTERFACE
                .create(vm.namespace(), ClusterNames.networkInterface(called, vm.name()))
                .ownedBy(vm);
        wanted.metadata().putArray("finalizers").add(Labels.NETWORK_INTERFACE_FINALIZER);
        wanted.spec().put("networkName", called).put("type", "vmxnet3");
        KubeObject card = caches.interfaces.ensure(wanted);
        // The card of an earlier machine of that name, on its way out: its end leads here again.
        return card.deleting() ? Optional.empty() : Optional.of(card);
    }

    private Optional<VmRequirements.Place> place(KubeObject vm) {
        String policyName = vm.text("spec", "resourcePolicyName");
        String pool;
        String folder;
        if (policyName.isEmpty()) {
            Optional<KubeObject> namespace = caches.namespaces.find("", vm.namespace());
            pool = namespace
                    .map(object -> object.annotations().getOrDefault(Labels.NAMESPACE_POOL, ""))
                    .orElse("");
            folder = namespace
                    .map(object -> object.annotations().getOrDefault(Labels.NAMESPACE_FOLDER, ""))
                    .orElse("");
        } else {
            Optional<KubeObject> policy = caches.policies.find(vm.namespace(), policyName);
            pool = policy.map(object -> object.text("status", "resourcePoolID")).orElse("");
            folder = policy.map(object -> object.text("status", "folderID")).orElse("");
        }
        return pool.isEmpty() || folder.isEmpty()
                ? Optional.empty()
                : Optional.of(new VmRequirements.Place(MoRef.parse(pool), MoRef.parse(folder)));
    }

    private Optional<SecretBytes> userData(KubeObject vm) {
        String name = vm.text("spec", "vmMetadata", "secretName");
        if (name.isEmpty()) {
            return Optional.of(SecretBytes.EMPTY);
        }
        return caches.supervisor()
                .find(Kinds.SECRET.resource(), new NamespacedName(vm.namespace(), name))
                .map(secret -> SecretBytes.of(Base64.getDecoder().decode(secret.text("data", "value"))));
    }

    /** The machine first, then its addresses, which are free then. */
    private Result remove(KubeObject object) {
        if (!object.finalizers().contains(Labels.VM_FINALIZER)) {
            return Result.done();
        }
        Optional<VirtualMachine> vm = feed.find(object);
        if (vm.isPresent()) {
            if (withdrawal.isDue(object, clock.instant())) {
                return Result.after(
                        WITHDRAWAL_PAUSE); // its Endpoints are without it already; the load balancer follows
            }
            inventory.machines().delete(vm.get().id());
            feed.forget(vm.get());
        }
        boolean left = false;
        for (JsonNode card : object.at("spec", "networkInterfaces")) {
            String network = card.path("networkName").asText();
            Optional<KubeObject> present =
                    caches.interfaces.find(object.namespace(), ClusterNames.networkInterface(network, object.name()));
            if (present.isPresent()) {
                left = true;
                caches.interfaces.delete(present.get());
            }
        }
        if (!left) {
            caches.vms.removeFinalizer(object, Labels.VM_FINALIZER);
        }
        return Result.done();
    }
}
