package io.kantoku.supervisor.workload;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.supervisor.ObjectInstaller;
import io.kantoku.vsphere.Folder;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VirtualMachine;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The steps that take a Supervisor down, from the top: namespaces with their guest clusters, what the load balancer serves, the
 * operators, the control VMs, the API with all its objects, and the containers in the inventory. Each finds its work done when it
 * comes to it again, so that a restart in the middle goes on.
 */
final class Removal implements SupervisorWork {
    private static final String NAMESPACES = "NAMESPACES";
    private static final String SERVICES = "SERVICES";
    private static final String CONTROL_VMS = "CONTROL_VMS";
    private static final String API = "API";
    private static final String INVENTORY = "INVENTORY";

    private static final List<StepLog.Plan> STEPS = List.of(
            new StepLog.Plan(
                    NAMESPACES,
                    "Namespaces and guest clusters",
                    "kantoku explain names the link of a guest cluster that does not go; an object with a finalizer waits for"
                            + " whoever put it there"),
            new StepLog.Plan(
                    SERVICES,
                    "Virtual IPs on the load balancer",
                    "check that HAProxy's machine is on and that its Data Plane API takes the credentials"),
            new StepLog.Plan(
                    CONTROL_VMS,
                    "Control plane VMs",
                    "the message is the inventory's own; it is tried again by itself"),
            new StepLog.Plan(API, "The Supervisor's API and its objects", "it is tried again by itself"),
            new StepLog.Plan(
                    INVENTORY,
                    "Folders and resource pools",
                    "move or delete the machines that somebody put into the folder " + ControlMachines.CONTAINER));

    private final SupervisorRecord record;
    private final SupervisorServices services;
    private final SupervisorLife life;
    private final StepLog steps;

    Removal(SupervisorRecord record, SupervisorServices services, SupervisorLife life) {
        this.record = record;
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
        if (services.clusters().ids().contains(ClusterId.SUPERVISOR)) {
            KubeClient client = services.clusters().cluster(ClusterId.SUPERVISOR);
            new ObjectInstaller(client).installAll(services.operators().definitions());
            life.startOperators(); // what they made goes by their finalizers
            Optional<String> waiting =
                    steps.run(NAMESPACES, () -> namespaces(client).or(() -> volumes(client)));
            if (waiting.isPresent()) {
                return Pass.waiting(waiting.get());
            }
            waiting = steps.run(SERVICES, () -> loadBalancers(client));
            if (waiting.isPresent()) {
                return Pass.waiting(waiting.get());
            }
        }
        life.close();
        steps.run(CONTROL_VMS, this::machines);
        steps.run(API, () -> {
            services.dropApi().accept(ClusterId.SUPERVISOR);
            return Optional.empty();
        });
        steps.run(INVENTORY, this::containers);
        return Pass.DONE;
    }

    private static Optional<String> namespaces(KubeClient client) {
        List<KubeObject> left = remove(client, Resources.NAMESPACES, namespace -> !system(namespace.name()));
        if (left.isEmpty()) {
            return Optional.empty();
        }
        KubeObject first = left.getFirst();
        String why = Conditions.find(first, "NamespaceContentRemaining")
                .map(condition -> ": " + condition.message())
                .orElse("");
        return Optional.of(
                "waiting for namespaces " + left.stream().map(KubeObject::name).toList() + " to be removed" + why);
    }

    /** The disks of the namespaces' claims; those that are to be retained stay in the inventory. */
    private static Optional<String> volumes(KubeClient client) {
        List<KubeObject> left = remove(
                client,
                Resources.PERSISTENT_VOLUMES,
                volume -> !volume.text("spec", "persistentVolumeReclaimPolicy").equals("Retain"));
        return left.isEmpty()
                ? Optional.empty()
                : Optional.of("waiting for the disks of volumes "
                        + left.stream().map(KubeObject::name).toList()
                        + " to be removed; kubectl describe pv says what holds them");
    }

    private static Optional<String> loadBalancers(KubeClient client) {
        List<KubeObject> left = remove(
                client,
                Resources.SERVICES,
                service -> service.text("spec", "type").equals("LoadBalancer"));
        if (left.isEmpty()) {
            return Optional.empty();
        }
        KubeObject first = left.getFirst();
        String why = Conditions.find(first, "Programmed")
                .map(condition -> ": " + condition.message())
                .orElse("");
        return Optional.of("waiting for the load balancer to give back the address of " + first.namespacedName() + why);
    }

    /** Asks for the removal of those that are wanted, and tells which are still there. */
    private static List<KubeObject> remove(
            KubeClient client, GroupVersionResource resource, Predicate<KubeObject> wanted) {
        List<KubeObject> present = client.list(resource, Query.all()).items().stream()
                .filter(wanted)
                .toList();
        for (KubeObject object : present) {
            if (!object.deleting()) {
                try {
                    client.delete(resource, object.namespacedName(), DeleteOptions.background());
                } catch (ApiException e) {
                    if (!e.isNotFound()) {
                        throw e;
                    }
                }
            }
        }
        return present.stream()
                .flatMap(object -> client.find(resource, object.namespacedName()).stream())
                .toList();
    }

    private static boolean system(String namespace) {
        return namespace.equals("default") || namespace.startsWith("kube-") || namespace.startsWith("vmware-system-");
    }

    private Optional<String> machines() {
        Inventory inventory = services.inventory();
        for (VirtualMachine vm : inventory.machines().list()) {
            if (vm.name().startsWith(ControlVms.NAME_PREFIX) && inside(vm)) {
                services.control().leave(vm);
                inventory.machines().delete(vm.id());
            }
        }
        return Optional.empty();
    }

    private boolean inside(VirtualMachine vm) {
        return folder().map(folder -> folder.id().equals(vm.spec().placement().folder()))
                .orElse(false);
    }

    private Optional<Folder> folder() {
        return services.inventory()
                .folders()
                .child(services.rootFolder(MoRef.parse(record.cluster())), ControlMachines.CONTAINER);
    }

    private Optional<String> containers() {
        Inventory inventory = services.inventory();
        folder().ifPresent(folder -> inventory.folders().deleteTree(folder.id()));
        MoRef root = inventory.cluster(MoRef.parse(record.cluster())).resourcePool();
        inventory
                .resourcePools()
                .child(root, ControlMachines.CONTAINER)
                .ifPresent(pool -> inventory.resourcePools().deleteTree(pool.id()));
        return Optional.empty();
    }
}
