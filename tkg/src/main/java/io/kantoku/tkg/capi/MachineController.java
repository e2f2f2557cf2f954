package io.kantoku.tkg.capi;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.GuestClusters;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.ClusterNames;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import io.kantoku.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings together what belongs to a Machine, follows its node, and takes it apart. */
public final class MachineController {
    private static final Logger LOG = LoggerFactory.getLogger(MachineController.class);
    private static final Duration NODE_LIMIT = NodeDrain.LIMIT.multipliedBy(2);
    private static final Duration DRAIN_PAUSE = Duration.ofMillis(500);

    private final Caches caches;
    private final GuestClusters guests;
    private final InstantSource clock;

    public MachineController(Caches caches, GuestClusters guests, InstantSource clock) {
        this.caches = caches;
        this.guests = guests;
        this.clock = clock;
    }

    public Controller controller() {
        Controller controller = Controller.named("machine")
                .kind("Machine")
                .concurrency(16)
                .reconciler(this::reconcile)
                .watches(
                        caches.machines.resource(),
                        caches.machines,
                        Mapper.self().whenNotOnlyStatusChanged())
                .watches(
                        caches.kubeadmConfigs.resource(),
                        caches.kubeadmConfigs,
                        Mapper.owner("cluster.x-k8s.io", "Machine"))
                .watches(caches.wcpMachines.resource(), caches.wcpMachines, Mapper.owner("cluster.x-k8s.io", "Machine"))
                .watches(caches.nodes.resource(), caches.nodes, this::ofNode)
                .observes(caches.clusters.resource(), caches.clusters)
                .observes(caches.tanzuClusters.resource(), caches.tanzuClusters)
                .build();
        guests.listen(guest -> caches.clusterOf(guest).stream()
                .flatMap(cluster -> caches.machines.by(Caches.key(cluster.namespace(), cluster.name())).stream())
                .forEach(machine -> controller.enqueue(new Request(ClusterId.SUPERVISOR, machine.namespacedName()))));
        return controller;
    }

    /** A node is called as its machine; only its being there and its health matter. */
    @SuppressWarnings("ReferenceEquality") // the contract of mappers: at an object's end both are the same
    private Collection<Request> ofNode(ClusterId guest, KubeObject node, @Nullable KubeObject previous) {
        boolean same = previous != null
                && previous != node
                && Conditions.find(previous, "Ready").equals(Conditions.find(node, "Ready"));
        if (same || !Caches.isGuest(guest)) {
            return Set.of();
        }
        return caches.clusterOf(guest)
                .map(cluster -> List.of(
                        new Request(ClusterId.SUPERVISOR, new NamespacedName(cluster.namespace(), node.name()))))
                .orElse(List.of());
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> found = caches.machines.find(request.name());
        if (found.isEmpty()) {
            return Result.done();
        }
        KubeObject machine = found.get();
        MachinePlan.Observed observed = observe(machine);
        if (machine.deleting()) {
            return remove(machine, observed);
        }
        KubeObject changed = machine.copy();
        MachinePlan.spec(changed, observed);
        KubeObject current = caches.machines.update(changed);
        if (!isNodeUnknown(current)) {
            report(current, observed, Optional.empty());
        }
        return Result.done();
    }

    /** The machine has had a node, and its cluster has not told yet whether it still has: what was said of it stands. */
    private boolean isNodeUnknown(KubeObject machine) {
        return !machine.at("status", "nodeRef").isMissingNode()
                && guest(machine).filter(id -> !guests.isKnown(id)).isPresent();
    }

    private Optional<ClusterId> guest(KubeObject machine) {
        return caches.idOf(machine.namespace(), machine.text("spec", "clusterName"));
    }

    private void report(KubeObject machine, MachinePlan.Observed observed, Optional<String> draining) {
        KubeObject changed = machine.copy();
        MachinePlan.status(changed, observed, clock.instant());
        if (machine.deleting()) {
            Conditions.set(
                    changed,
                    draining.map(why -> Condition.isFalse(MachinePlan.DRAINED, "Draining", why))
                            .orElse(Condition.isTrue(MachinePlan.DRAINED, "", "")),
                    clock.instant());
        }
        caches.machines.updateStatus(changed);
    }

    private MachinePlan.Observed observe(KubeObject machine) {
        Optional<ClusterId> guest = guest(machine);
        return new MachinePlan.Observed(
                caches.kubeadmConfigs.find(machine.namespace(), machine.text("spec", "bootstrap", "configRef", "name")),
                caches.wcpMachines.find(machine.namespace(), machine.text("spec", "infrastructureRef", "name")),
                guest.flatMap(id -> caches.nodes.find(id, NamespacedName.clusterScoped(machine.name()))));
    }

    /** The pods first; then the virtual machine; then the node, whose machine is gone; then the rest. */
    private Result remove(KubeObject machine, MachinePlan.Observed observed) {
        if (!machine.finalizers().contains(Labels.MACHINE_FINALIZER)) {
            return Result.done();
        }
        Optional<String> draining = draining(machine, observed);
        report(machine, observed, draining);
        if (draining.isPresent()) {
            return Result.after(DRAIN_PAUSE);
        }
        if (observed.infrastructure().isPresent()) {
            if (!observed.infrastructure().get().deleting() && !wholeClusterGoes(machine)) {
                leaveEtcd(machine);
            }
            caches.wcpMachines.delete(observed.infrastructure().get());
            if (caches.wcpMachines
                    .find(observed.infrastructure().get().namespacedName())
                    .isPresent()) {
                return Result.done();
            }
        }
        if (observed.node().isPresent() && !wholeClusterGoes(machine)) {
            guest(machine)
                    .ifPresent(
                            guest -> removeNode(guest, machine, observed.node().get()));
        }
        observed.config().ifPresent(caches.kubeadmConfigs::delete);
        removeBootstrapData(machine);
        caches.machines.removeFinalizer(
                caches.machines.find(machine.namespacedName()).orElse(machine), Labels.MACHINE_FINALIZER);
        return Result.done();
    }

    private void leaveEtcd(KubeObject machine) {
        Optional<KubeObject> cluster = caches.clusters.find(machine.namespace(), machine.text("spec", "clusterName"));
        List<String> others =
                caches.machines.by(Caches.key(machine.namespace(), machine.text("spec", "clusterName"))).stream()
                        .filter(other -> other.labels().containsKey(Labels.CONTROL_PLANE) && !other.deleting())
                        .map(other -> other.at("status", "addresses")
                                .path(0)
                                .path("address")
                                .asText())
                        .filter(address -> !address.isEmpty())
                        .toList();
        if (machine.labels().containsKey(Labels.CONTROL_PLANE) && cluster.isPresent() && !others.isEmpty()) {
            guests.leaves(cluster.get(), machine.name(), others);
        }
    }

    /**
     * Tries again while the API does not answer, for it may have been the machine that is gone which was asked; in the end its being away
     * must not keep what is left of the machine.
     */
    private void removeNode(ClusterId guest, KubeObject machine, KubeObject node) {
        Instant since = Instant.parse(machine.text("metadata", "deletionTimestamp"));
        try {
            caches.nodes.delete(guest, node);
        } catch (TransportException e) {
            if (clock.instant().isBefore(since.plus(NODE_LIMIT))) {
                throw e;
            }
            LOG.atWarn()
                    .setMessage("the node of a machine that is gone stays in its cluster, which does not answer")
                    .addKeyValue("cluster", guest)
                    .addKeyValue("node", node.name())
                    .addKeyValue("why", e.getMessage())
                    .log();
        }
    }

    /** Pods on the node that could run elsewhere, which are waited for; there is no watch of all guests' pods for that. */
    private Optional<String> draining(KubeObject machine, MachinePlan.Observed observed) {
        boolean going = observed.infrastructure().map(KubeObject::deleting).orElse(true);
        if (going || wholeClusterGoes(machine)) {
            return Optional.empty();
        }
        Instant since = Instant.parse(machine.text("metadata", "deletionTimestamp"));
        if (isNodeUnknown(machine) && clock.instant().isBefore(since.plus(NodeDrain.LIMIT))) {
            return Optional.of("the cluster's API does not answer, so that its pods cannot be asked to move; it is"
                    + " waited for until " + since.plus(NodeDrain.LIMIT));
        }
        return observed.node()
                .flatMap(node -> guest(machine)
                        .flatMap(guest -> NodeDrain.step(caches.api().cluster(guest), node, since, clock.instant())));
    }

    private boolean wholeClusterGoes(KubeObject machine) {
        return caches.tanzuClusters
                .find(machine.namespace(), machine.text("spec", "clusterName"))
                .map(KubeObject::deleting)
                .orElse(true);
    }

    private void removeBootstrapData(KubeObject machine) {
        try {
            caches.supervisor()
                    .delete(
                            Kinds.SECRET.resource(),
                            new NamespacedName(machine.namespace(), ClusterNames.cloudInit(machine.name())),
                            DeleteOptions.background());
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
