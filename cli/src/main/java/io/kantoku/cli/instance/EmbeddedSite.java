package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.kubelet.NodeFleet;
import io.kantoku.kubelet.boot.HttpDiscovery;
import io.kantoku.kubelet.boot.NodeEnvironment;
import io.kantoku.lab.NetworkStack;
import io.kantoku.loadbalancer.DataPlaneClient;
import io.kantoku.supervisor.rest.Operations;
import io.kantoku.supervisor.workload.ControlSite;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.tkg.guest.NodePorts;
import io.kantoku.transport.HttpClient;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.embedded.EmbeddedInventory;
import io.kantoku.vsphere.embedded.EmbeddedOptions;
import io.kantoku.vsphere.machine.LabRuntime;
import io.kantoku.vsphere.machine.MachineRuntime;
import io.kantoku.vsphere.machine.SimulatedRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;

/** The vSphere that Kantoku brings along: its inventory, the machines of a runtime, and the HAProxy appliances. */
final class EmbeddedSite implements Site {
    private final SiteParts given;
    private final Substrate substrate;
    private final MachineRuntime runtime;
    private final EmbeddedInventory inventory;
    private final LoadBalancerMachines balancers;

    private EmbeddedSite(SiteParts given, Path haproxy, Progress progress) throws IOException {
        this.given = given;
        substrate = substrate(progress);
        NodeFleet nodes = switch (substrate) {
            case SimulatedSubstrate _ -> given.fleet();
            case LabSubstrate lab -> given.keep(lab(lab));
        };
        HttpClient http = given.http();
        NodeEnvironment environment = new NodeEnvironment(
                given.planes(),
                given.platform().clusters("kantoku"),
                nodes,
                new HttpDiscovery(http),
                given.clock(),
                new SecureRandom());
        runtime = substrate.runtime(new NodeGuest(environment));
        inventory = given.keep(
                EmbeddedInventory.open(EmbeddedOptions.defaults(), given.state().vsphere(), runtime));
        substrate.inventory(inventory);
        progress.step("starting HAProxy");
        balancers = given.keep(LoadBalancerMachines.start(
                new LoadBalancerMachine.Environment(
                        given.state(),
                        given.options().addresses(),
                        haproxy,
                        inventory,
                        substrate,
                        given.server(),
                        given.processes(),
                        given.clock()),
                given.options().loadBalancers()));
    }

    /**
     * Opens the inventory and starts HAProxy.
     *
     * @param haproxy the HAProxy program
     * @throws IOException when HAProxy or the lab's networks cannot be had
     */
    static EmbeddedSite open(SiteParts given, Path haproxy, Progress progress) throws IOException {
        return new EmbeddedSite(given, haproxy, progress);
    }

    private LabNodes lab(LabSubstrate lab) throws IOException {
        return new LabNodes(
                given.state(),
                lab,
                given.platform().keyRing(),
                given.platform().clusters("kubelet"),
                given.fleet(),
                given.http(),
                given.server(),
                given.ledger(),
                given.processes(),
                given.clock());
    }

    private Substrate substrate(Progress progress) throws IOException {
        String name = given.options().runtime();
        return switch (name) {
            case SimulatedRuntime.NAME -> new SimulatedSubstrate();
            case LabRuntime.NAME -> LabSubstrate.open(given.state(), given.options(), given.ledger(), progress);
            default -> throw new IOException("there is no runtime '" + name + "'; use simulated or lab");
        };
    }

    @Override
    public Inventory inventory() {
        return inventory;
    }

    @Override
    public void start() {
        inventory.start();
    }

    @Override
    public ControlSite control() {
        return ControlSite.BOOTED;
    }

    @Override
    public int frontPort() {
        return given.options().frontPort();
    }

    @Override
    public NetworkStack vcenter() {
        return substrate.vcenter();
    }

    @Override
    public NetworkStack supervisor() {
        return substrate.supervisor();
    }

    @Override
    public boolean servesGuests() {
        return true;
    }

    @Override
    public NodePorts nodePorts() {
        return substrate.nodePorts();
    }

    @Override
    public Optional<DataPlaneClient> balancer(Supplier<WorkloadManagement> workload) {
        return Optional.of(DataPlaneClient.to(balancers.endpoint(), given.http()));
    }

    @Override
    public Operations defaultSpec() {
        return labSpec();
    }

    private LabSpec labSpec() {
        return new LabSpec(given.state(), given.options(), inventory);
    }

    @Override
    public void supervisorsAreBack(WorkloadManagement workload, Progress progress) {
        labSpec().giveAllTo(workload, progress);
    }

    @Override
    public void describe(ObjectNode status, WorkloadManagement workload) {
        status.put("runtime_description", runtime.description())
                .put(
                        "management_network",
                        given.options().addresses().management().toString())
                .put("workload_network", given.options().addresses().workload().toString());
        status.set("haproxy", balancers.active().toJson());
        ArrayNode all = status.putArray("load_balancers");
        balancers.all().forEach(balancer -> all.add(balancer.toJson()));
    }
}
