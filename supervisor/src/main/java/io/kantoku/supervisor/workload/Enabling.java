package io.kantoku.supervisor.workload;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.supervisor.ObjectInstaller;
import io.kantoku.transport.pki.Pem;
import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.library.LibraryItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The steps that make a cluster a Supervisor and keep it one. Every step finds its work done when it comes to it again. */
final class Enabling implements SupervisorWork {
    private static final String FIRST_VM = "FIRST_VM";
    private static final String OBJECTS = "OBJECTS";
    private static final String FURTHER_VMS = "FURTHER_VMS";
    private static final String LOAD_BALANCER = "LOAD_BALANCER";
    private static final String API_REACHABLE = "API_REACHABLE";
    private static final String NODES = "NODES";
    private static final String VERSION = "VERSION";
    private static final String SIZE = "SIZE";

    private static final List<StepLog.Plan> STEPS = List.of(
            new StepLog.Plan(
                    FIRST_VM,
                    "First control plane VM and its API server",
                    "look at the machine's console log; a machine that cannot be placed names the host that lacks room"),
            new StepLog.Plan(
                    OBJECTS,
                    "System objects and operators",
                    "the message is the API server's own; it is tried again by itself"),
            new StepLog.Plan(
                    FURTHER_VMS,
                    "Second and third control plane VM",
                    "a machine that cannot be placed names the host that lacks room"),
            new StepLog.Plan(
                    LOAD_BALANCER,
                    "Virtual IP on the load balancer",
                    "check that HAProxy's machine is on, and that its Data Plane API takes the credentials (check network)"),
            new StepLog.Plan(
                    API_REACHABLE,
                    "API answers through the virtual IP",
                    "check the route from the management network to the virtual IP, and that the appliance's own ranges"
                            + " contain it"),
            new StepLog.Plan(
                    NODES,
                    "Three control plane nodes are Ready",
                    "look at the console log of the machine that is not up; switch it on when it is off"),
            new StepLog.Plan(
                    VERSION,
                    "Control plane VMs have their version",
                    "look at the console log of the machine that is not up: the next one is replaced when all run"),
            new StepLog.Plan(
                    SIZE,
                    "Control plane VMs have their size",
                    "a machine that cannot be resized names the host that lacks room; choose a smaller size"));

    private final SupervisorRecord record;
    private final EnableSpec spec;
    private final SupervisorServices services;
    private final SupervisorLife life;
    private final VmClasses vmClasses;
    private final StepLog steps;
    private boolean installed;

    Enabling(SupervisorRun.Aim aim, SupervisorServices services, SupervisorLife life, VmClasses vmClasses) {
        this.record = aim.record();
        this.spec = aim.spec();
        this.vmClasses = vmClasses;
        this.services = services;
        this.life = life;
        this.steps = new StepLog(services.clock(), STEPS);
    }

    @Override
    public StepLog steps() {
        return steps;
    }

    @Override
    public Pass pass() {
        ControlMachines machines = new ControlMachines(record, spec, services);
        Optional<String> waiting = steps.run(FIRST_VM, () -> first(machines));
        if (waiting.isPresent()) {
            return Pass.waiting(waiting.get());
        }
        KubeClient client = services.clusters().cluster(ClusterId.SUPERVISOR);
        steps.run(OBJECTS, () -> install(client));
        List<VirtualMachine> vms = new ArrayList<>();
        steps.run(FURTHER_VMS, () -> {
            vms.addAll(machines.all());
            endpoints(client, vms);
            return Optional.empty();
        });
        waiting = steps.run(LOAD_BALANCER, () -> vip(client));
        if (waiting.isPresent()) {
            return Pass.waiting(waiting.get());
        }
        waiting = steps.run(API_REACHABLE, this::unreachable);
        if (waiting.isPresent()) {
            return Pass.probing(waiting.get());
        }
        waiting = steps.run(NODES, () -> nodes(client, vms));
        if (waiting.isPresent()) {
            return Pass.waiting(waiting.get());
        }
        waiting = steps.run(
                VERSION,
                () -> machines.upgrade(vms, leaving -> {
                    List<VirtualMachine> staying = vms.stream()
                            .filter(vm -> !vm.id().equals(leaving.id()))
                            .toList();
                    endpoints(client, staying);
                }));
        if (waiting.isPresent()) {
            return Pass.waiting(waiting.get());
        }
        return steps.run(SIZE, () -> machines.resize(vms)).map(Pass::waiting).orElse(Pass.DONE);
    }

    private Optional<String> first(ControlMachines machines) {
        VirtualMachine vm = machines.ensure(0);
        return services.clusters().ids().contains(ClusterId.SUPERVISOR)
                ? Optional.empty()
                : Optional.of("waiting for the API server of " + describe(vm));
    }

    private Optional<String> install(KubeClient client) {
        if (!installed) {
            ObjectInstaller installer = new ObjectInstaller(client);
            installer.installAll(services.operators().definitions());
            installer.installAll(SupervisorObjects.initial(spec, record.keys(), images()));
            vmClasses.objects().forEach(installer::replace);
            installer.install(SupervisorObjects.apiService(spec, services.frontPort()));
            new StaleNetworks(client).remove(spec);
            life.startOperators();
            installed = true;
        }
        return Optional.empty();
    }

    private List<LibraryItem> images() {
        var libraries = services.inventory().libraries();
        return libraries.list().stream()
                .filter(library -> spec.contentLibrary()
                        .map(id -> id.equals(library.id().toString()))
                        .orElse(true))
                .flatMap(library -> libraries.items(library.id()).stream())
                .toList();
    }

    /** The control VMs that serve are the endpoints of the API Service. */
    private void endpoints(KubeClient client, List<VirtualMachine> vms) {
        List<String> serving = vms.stream()
                .filter(vm -> vm.guest().state() == GuestStatus.State.RUNNING)
                .map(vm -> vm.spec().nics().getLast().address().address().toString())
                .toList();
        KubeObject wanted = SupervisorObjects.apiEndpoints(serving, services.frontPort());
        NamespacedName name = wanted.namespacedName();
        Optional<KubeObject> present = client.find(Resources.ENDPOINTS, name);
        if (present.isEmpty()) {
            client.create(Resources.ENDPOINTS, wanted);
        } else if (!present.get().at("subsets").equals(wanted.at("subsets"))
                && !(serving.isEmpty() && present.get().at("subsets").isEmpty())) {
            KubeObject changed = present.get();
            changed.json().putArray("subsets").addAll(wanted.json().withArrayProperty("subsets"));
            client.update(Resources.ENDPOINTS, changed);
        }
    }

    private Optional<String> vip(KubeClient client) {
        KubeObject service = client.get(
                Resources.SERVICES,
                new NamespacedName(SupervisorObjects.API_SERVICE_NAMESPACE, SupervisorObjects.API_SERVICE));
        if (service.at("status", "loadBalancer", "ingress").isEmpty()) {
            String why = Conditions.find(service, "Programmed")
                    .map(condition -> ": " + condition.message())
                    .orElse("");
            return Optional.of("waiting for the load balancer to serve " + spec.firstVip() + why);
        }
        return Optional.empty();
    }

    private Optional<String> unreachable() {
        return new VipProbe(services.http(), services.network())
                .unreachable(
                        spec.firstVip().toString(),
                        6443,
                        Pem.certificates(record.keys().controlPlane().caCertificate()))
                .map(reason -> "waiting for the API to answer through the load balancer: " + reason);
    }

    /** The node of a machine that was replaced goes with it. */
    private static void removeStale(KubeClient client, List<VirtualMachine> vms) {
        Set<String> present =
                vms.stream().map(vm -> plain(vm.biosUuid().toString())).collect(Collectors.toSet());
        for (KubeObject node : client.list(Resources.NODES, Query.all()).items()) {
            if (!present.contains(plain(node.name()))) {
                try {
                    client.delete(Resources.NODES, node.namespacedName(), DeleteOptions.background());
                } catch (ApiException e) {
                    if (!e.isNotFound()) {
                        throw e;
                    }
                }
            }
        }
    }

    private static String plain(String uuid) {
        return uuid.replace("-", "");
    }

    private static Optional<String> nodes(KubeClient client, List<VirtualMachine> vms) {
        removeStale(client, vms);
        long ready = client.list(Resources.NODES, Query.all()).items().stream()
                .filter(node -> Conditions.isTrue(node, "Ready"))
                .count();
        if (ready >= ControlVm.COUNT) {
            return Optional.empty();
        }
        String pending = String.join(
                "; ",
                vms.stream()
                        .filter(vm -> vm.guest().state() != GuestStatus.State.RUNNING)
                        .map(Enabling::describe)
                        .toList());
        return Optional.of(ready + " of " + ControlVm.COUNT + " control plane nodes are Ready"
                + (pending.isEmpty() ? "" : "; " + pending));
    }

    private static String describe(VirtualMachine vm) {
        GuestStatus guest = vm.guest();
        String state = vm.isOn() ? guest.state().name().toLowerCase(Locale.ROOT).replace('_', ' ') : "off";
        return vm.name() + " (" + state + (guest.message().isEmpty() ? "" : ": " + guest.message()) + ")";
    }
}
