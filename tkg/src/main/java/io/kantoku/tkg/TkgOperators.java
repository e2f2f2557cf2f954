package io.kantoku.tkg;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Clusters;
import io.kantoku.client.Controller;
import io.kantoku.client.ControllerGroup;
import io.kantoku.client.ControllerStatus;
import io.kantoku.client.ObjectAdmission;
import io.kantoku.client.Request;
import io.kantoku.tkg.capi.BootstrapController;
import io.kantoku.tkg.capi.ClusterController;
import io.kantoku.tkg.capi.ControlPlaneController;
import io.kantoku.tkg.capi.DeploymentController;
import io.kantoku.tkg.capi.MachineController;
import io.kantoku.tkg.capi.MachineSetController;
import io.kantoku.tkg.capi.WcpMachineController;
import io.kantoku.tkg.cluster.ConfigurationAdmission;
import io.kantoku.tkg.cluster.ReleaseController;
import io.kantoku.tkg.cluster.TkcAdmission;
import io.kantoku.tkg.cluster.TkcController;
import io.kantoku.tkg.guest.GuestServiceController;
import io.kantoku.tkg.guest.GuestSync;
import io.kantoku.tkg.lb.LoadBalancerController;
import io.kantoku.tkg.lb.VirtualIpController;
import io.kantoku.tkg.net.AddressBooks;
import io.kantoku.tkg.net.InterfaceController;
import io.kantoku.tkg.net.PoolController;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Definitions;
import io.kantoku.tkg.vm.InventoryFeed;
import io.kantoku.tkg.vm.ResourcePolicyController;
import io.kantoku.tkg.vm.VmController;
import io.kantoku.tkg.vm.VmServiceController;
import io.kantoku.tkg.volumes.Drivers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The operators of one Supervisor: guest clusters, machines, networks and load balancers. */
public final class TkgOperators implements AutoCloseable {
    private final ControllerGroup group;

    private TkgOperators(ControllerGroup group) {
        this.group = group;
    }

    /** The custom resource definitions that must be there before the operators start. */
    public static List<KubeObject> definitions() {
        return Definitions.read();
    }

    /** What the operators have to say when objects of theirs are written; works without operators being started. */
    public static List<ObjectAdmission> admission(Clusters clusters) {
        return List.of(new TkcAdmission(clusters), new ConfigurationAdmission());
    }

    /**
     * Starts the operators on the Supervisor's API; returns at once.
     *
     * @param cluster the vSphere cluster, {@code domain-c8}
     * @param supervisor names the Supervisor in the load balancer's configuration
     */
    public static TkgOperators start(TkgEnvironment environment, String cluster, UUID supervisor) {
        var clock = environment.clock();
        var random = environment.random();
        Caches caches = new Caches(environment.clusters());
        InventoryFeed feed = new InventoryFeed(environment.inventory());
        AddressBooks books = new AddressBooks();
        GuestSync sync = new GuestSync(caches, environment.guests());
        var owner = new LoadBalancerController.Owner(cluster, supervisor);
        LoadBalancerController balancer = new LoadBalancerController(
                caches,
                environment.loadBalancers(),
                environment.network(),
                books,
                owner,
                environment.settings(),
                clock);
        Controller tanzuClusters =
                new TkcController(caches, environment.guests(), sync::isReady, random, clock).controller();
        sync.onReady(name -> tanzuClusters.enqueue(new Request(ClusterId.SUPERVISOR, name)));
        List<Controller> controllers = new ArrayList<>(List.of(
                tanzuClusters,
                new ReleaseController(caches, clock).controller(),
                new ClusterController(caches, clock).controller(),
                new ControlPlaneController(caches, environment.guests(), random, clock).controller(),
                new DeploymentController(caches).controller(),
                new MachineSetController(caches, random).controller(),
                new MachineController(caches, environment.guests(), clock).controller(),
                new BootstrapController(caches, environment.guests(), random, clock).controller(),
                new WcpMachineController(caches, clock).controller(),
                new ResourcePolicyController(caches, environment.inventory(), clock).controller(),
                new VmController(
                                caches,
                                environment.inventory(),
                                feed,
                                balancer::leadsTo,
                                environment.nodePorts(),
                                clock)
                        .controller(),
                new VmServiceController(caches, clock).controller(),
                new InterfaceController(caches, feed, books, clock).controller(),
                new PoolController(caches, books, clock).controller(),
                balancer.controller(),
                new VirtualIpController(caches, owner, clock).controller(),
                sync.controller(),
                new GuestServiceController(caches, environment.guests(), environment.nodePorts(), clock).controller()));
        controllers.addAll(new Drivers(caches, environment.inventory()).controllers(clock));
        return new TkgOperators(
                new ControllerGroup(environment.clusters(), environment.settings(), controllers, List.of(feed))
                        .start());
    }

    /** What each controller is doing now. */
    public List<ControllerStatus> status() {
        return group.status();
    }

    /** Stops the operators; returns when none works any more. */
    @Override
    public void close() {
        group.close();
    }
}
