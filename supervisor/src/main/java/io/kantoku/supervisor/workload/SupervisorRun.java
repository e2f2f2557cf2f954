package io.kantoku.supervisor.workload;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Backoff;
import io.kantoku.client.Clusters;
import io.kantoku.client.Conditions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.client.Subscription;
import io.kantoku.supervisor.ObjectInstaller;
import io.kantoku.transport.pki.Pem;
import io.kantoku.vsphere.Folder;
import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.ResourcePool;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmListener;
import io.kantoku.vsphere.VmSubscription;
import io.kantoku.vsphere.library.LibraryItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one Supervisor up and keeps it so.
 *
 * <p>A virtual thread of its own goes through the steps from the first whenever a machine, node, service or endpoint of the
 * Supervisor changes, and stops at the first step that has to wait; what it waits for can be read at any time. Every step finds
 * its work done when it comes to it again, so that a restart in the middle continues.
 */
final class SupervisorRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SupervisorRun.class);
    private static final Backoff RETRY = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5), 0.2);
    private static final Duration PROBE_AGAIN = Duration.ofMillis(50);
    private static final String POOL = "Namespaces";

    /** What one pass came to: nothing when all is done, otherwise what is waited for. */
    private record Pass(Optional<String> waitingFor, boolean probing) {
        static final Pass DONE = new Pass(Optional.empty(), false);

        static Pass waiting(String what) {
            return new Pass(Optional.of(what), false);
        }
    }

    private final SupervisorRecord record;
    private final EnableSpec spec;
    private final SupervisorServices services;
    private final Consumer<SupervisorStatus> onChange;
    private final Semaphore wake = new Semaphore(1);
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final Thread thread;
    private volatile SupervisorStatus status = SupervisorStatus.configuring("preparing");
    private volatile boolean closed;
    private @Nullable VmSubscription machines;
    private SupervisorOperators.@Nullable Running operators;
    private boolean installed;
    private boolean everRunning;

    SupervisorRun(
            SupervisorRecord record,
            EnableSpec spec,
            SupervisorServices services,
            Consumer<SupervisorStatus> onChange) {
        this.record = record;
        this.spec = spec;
        this.services = services;
        this.onChange = onChange;
        this.everRunning = record.everRunning();
        this.thread = Thread.ofVirtual().name("supervisor-" + record.cluster()).unstarted(this::loop);
    }

    SupervisorRun start() {
        machines = services.inventory().machines().subscribe(new VmListener() {
            @Override
            public void onPresent(VirtualMachine vm) {
                if (vm.name().startsWith(ControlVms.NAME_PREFIX)) {
                    wake.release();
                }
            }

            @Override
            public void onDeleted(VirtualMachine last) {
                onPresent(last);
            }
        });
        Clusters clusters = services.clusters();
        for (var resource : List.of(Resources.NODES, Resources.SERVICES)) {
            subscriptions.add(clusters.subscribe(resource, new ObjectListener() {
                @Override
                public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
                    if (cluster.equals(ClusterId.SUPERVISOR)) {
                        wake.release();
                    }
                }

                @Override
                public void onDeleted(ClusterId cluster, KubeObject last) {
                    onPresent(cluster, last, last);
                }
            }));
        }
        thread.start();
        return this;
    }

    SupervisorStatus status() {
        return status;
    }

    EnableSpec spec() {
        return spec;
    }

    SupervisorRecord record() {
        return record;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        if (machines != null) {
            machines.close();
        }
        subscriptions.forEach(Subscription::close);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (operators != null) {
            operators.close();
        }
    }

    private void loop() {
        int failures = 0;
        try {
            while (!closed) {
                wake.acquire();
                wake.drainPermits();
                Duration again;
                try {
                    Pass pass = pass();
                    failures = 0;
                    report(pass.waitingFor().map(this::waiting).orElseGet(SupervisorStatus::running));
                    again = pass.probing() ? PROBE_AGAIN : Duration.ZERO;
                } catch (RuntimeException e) { // the reconcile loop: tell, and try again
                    failures++;
                    again = RETRY.delay(failures, services.random());
                    report(SupervisorStatus.failing(String.valueOf(e.getMessage())));
                    LOG.atWarn()
                            .setMessage("supervisor step failed")
                            .addKeyValue("cluster", record.cluster())
                            .addKeyValue("failures", failures)
                            .setCause(e)
                            .log();
                }
                if (!again.isZero()) {
                    if (wake.tryAcquire(again.toMillis(), TimeUnit.MILLISECONDS)) {
                        wake.drainPermits();
                    }
                    wake.release();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // close() ends the loop
        }
    }

    /** A Supervisor that has come up once stays RUNNING, with a message, when a part of it is away. */
    private SupervisorStatus waiting(String what) {
        return everRunning
                ? new SupervisorStatus(SupervisorStatus.State.RUNNING, what)
                : SupervisorStatus.configuring(what);
    }

    private void report(SupervisorStatus next) {
        everRunning |= next.state() == SupervisorStatus.State.RUNNING;
        if (!next.equals(status)) {
            LOG.atInfo()
                    .setMessage("supervisor")
                    .addKeyValue("cluster", record.cluster())
                    .addKeyValue("state", next.state())
                    .addKeyValue("message", next.message())
                    .log();
            status = next;
            onChange.accept(next);
        }
    }

    private Pass pass() {
        Inventory inventory = services.inventory();
        MoRef cluster = MoRef.parse(record.cluster());
        ResourcePool pool =
                inventory.resourcePools().ensure(inventory.cluster(cluster).resourcePool(), POOL);
        Folder folder = inventory.folders().ensure(services.rootFolder(cluster), POOL);
        List<VirtualMachine> vms = new ArrayList<>();
        vms.add(machine(0, folder, pool));
        if (!services.clusters().ids().contains(ClusterId.SUPERVISOR)) {
            return Pass.waiting("waiting for the API server of " + describe(vms.getFirst()));
        }
        KubeClient client = services.clusters().cluster(ClusterId.SUPERVISOR);
        install(client);
        vms.add(machine(1, folder, pool));
        vms.add(machine(2, folder, pool));
        endpoints(client, vms);
        Optional<String> vip = vip(client);
        if (vip.isPresent()) {
            return Pass.waiting(vip.get());
        }
        Optional<String> unreachable = new VipProbe(services.http())
                .unreachable(
                        spec.firstVip().toString(),
                        6443,
                        Pem.certificates(record.keys().controlPlane().caCertificate()));
        if (unreachable.isPresent()) {
            return new Pass(
                    Optional.of("waiting for the API to answer through the load balancer: " + unreachable.get()), true);
        }
        return nodes(client, vms);
    }

    private VirtualMachine machine(int index, Folder folder, ResourcePool pool) {
        ControlVm plan = new ControlVm(index, spec, record.keys());
        Inventory inventory = services.inventory();
        Optional<VirtualMachine> present = inventory.machines().find(folder.id(), plan.name());
        if (present.isPresent()) {
            return present.get();
        }
        VirtualMachine made = inventory
                .machines()
                .create(plan.vmSpec(folder.id(), pool.id(), UUID.fromString(spec.masterStoragePolicy())));
        return inventory.machines().powerOn(made.id());
    }

    private void install(KubeClient client) {
        if (installed) {
            return;
        }
        ObjectInstaller installer = new ObjectInstaller(client);
        services.operators().definitions().forEach(installer::install);
        SupervisorObjects.initial(spec, record.keys(), images()).forEach(installer::install);
        installer.install(SupervisorObjects.apiService(spec, services.frontPort()));
        if (operators == null) {
            operators = services.operators().start(record.cluster(), record.id());
        }
        installed = true;
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
        List<String> serving = new ArrayList<>();
        for (int i = 0; i < vms.size(); i++) {
            if (vms.get(i).guest().state() == GuestStatus.State.RUNNING) {
                serving.add(
                        new ControlVm(i, spec, record.keys()).workloadAddress().toString());
            }
        }
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

    private static Pass nodes(KubeClient client, List<VirtualMachine> vms) {
        long ready = client.list(Resources.NODES, Query.all()).items().stream()
                .filter(node -> Conditions.isTrue(node, "Ready"))
                .count();
        if (ready < ControlVm.COUNT) {
            String pending = String.join(
                    "; ",
                    vms.stream()
                            .filter(vm -> vm.guest().state() != GuestStatus.State.RUNNING)
                            .map(SupervisorRun::describe)
                            .toList());
            return Pass.waiting(ready + " of " + ControlVm.COUNT + " control plane nodes are Ready"
                    + (pending.isEmpty() ? "" : "; " + pending));
        }
        return Pass.DONE;
    }

    private static String describe(VirtualMachine vm) {
        GuestStatus guest = vm.guest();
        String state = vm.isOn() ? guest.state().name().toLowerCase(Locale.ROOT).replace('_', ' ') : "off";
        return vm.name() + " (" + state + (guest.message().isEmpty() ? "" : ": " + guest.message()) + ")";
    }
}
