package io.kantoku.cli.instance;

import io.kantoku.lab.LabException;
import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.appliance.Appliance;
import io.kantoku.loadbalancer.appliance.ApplianceSpec;
import io.kantoku.loadbalancer.appliance.Cidr;
import io.kantoku.loadbalancer.appliance.MachineNetwork;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.transport.HttpServer;
import io.kantoku.vsphere.ComputeCluster;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmPlacement;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.embedded.AddressPlan;
import io.kantoku.vsphere.embedded.EmbeddedInventory;
import io.kantoku.vsphere.embedded.PowerSwitch;
import io.kantoku.vsphere.net.Ipv4Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The HAProxy appliance: a machine of the inventory with a card on each network, and the real HAProxy. */
final class LoadBalancerMachine implements PowerSwitch, AutoCloseable {
    static final String NAME = "haproxy-1";
    static final String USER = "admin";

    private static final int API_PORT = 5556;

    private final ApplianceSpec spec;
    private final HttpServer server;
    private final Processes processes;
    private final InstantSource clock;
    private final io.kantoku.vsphere.embedded.Appliance entry;
    private final List<Ipv4Address> addresses;

    /** Written by power operations, which exclude each other, and read from anywhere. */
    private volatile Appliance appliance;

    private volatile boolean on = true;

    private LoadBalancerMachine(
            ApplianceSpec spec,
            HttpServer server,
            Processes processes,
            InstantSource clock,
            io.kantoku.vsphere.embedded.Appliance entry,
            List<Ipv4Address> addresses)
            throws IOException {
        this.spec = spec;
        this.server = server;
        this.processes = processes;
        this.clock = clock;
        this.entry = entry;
        this.addresses = addresses;
        this.appliance = run();
    }

    /**
     * Starts the appliance, or takes over the HAProxy that runs, and enters it in the inventory, where it can be switched off and
     * on from then on.
     *
     * @throws IOException when it does not start; the message says why
     */
    static LoadBalancerMachine start(
            StateDirectory state,
            AddressPlan addresses,
            Path haproxy,
            EmbeddedInventory inventory,
            Substrate substrate,
            HttpServer server,
            Processes processes,
            InstantSource clock)
            throws IOException {
        var entry = inventory.registerAppliance(spec(inventory, addresses));
        List<Ipv4Address> own = List.of(
                addresses.applianceManagement(0).address(),
                addresses.applianceWorkload(0).address());
        ApplianceSpec spec = ApplianceSpec.onHost(
                        NAME,
                        state.haproxy(),
                        haproxy,
                        new InetSocketAddress(
                                InetAddress.ofLiteral(own.getFirst().toString()), API_PORT),
                        addresses.virtualIps().toCidrs().stream()
                                .map(block -> Cidr.parse(block.toString()))
                                .toList(),
                        USER,
                        state.password(state.haproxyPassword()))
                .withOwnAddresses(own.stream().map(Ipv4Address::toString).toList());
        VirtualMachine vm = inventory.machines().find(entry.id()).orElseThrow();
        Optional<MachineNetwork> network = substrate
                .appliance(vm)
                .map(namespace -> MachineNetwork.of(namespace)
                        .withWorkloadGateway(InetAddress.ofLiteral(
                                addresses.workloadGateway().toString())));
        LoadBalancerMachine machine =
                new LoadBalancerMachine(network.map(spec::in).orElse(spec), server, processes, clock, entry, own);
        entry.switchedBy(machine);
        return machine;
    }

    private Appliance run() throws IOException {
        try {
            Appliance started = Appliance.start(spec, server, processes, clock);
            entry.running(addresses);
            return started;
        } catch (DataPlaneException | LabException e) {
            entry.failed(String.valueOf(e.getMessage()));
            throw new IOException("HAProxy did not start: " + e.getMessage(), e);
        }
    }

    Appliance appliance() {
        return appliance;
    }

    @Override
    public void on() {
        try {
            appliance = run();
            on = true;
        } catch (IOException e) {
            throw new VsphereException(VsphereException.Code.INTERNAL, String.valueOf(e.getMessage()), e);
        }
    }

    /** The virtual IPs are dead from then on, and the Data Plane API is closed. */
    @Override
    public void off() {
        on = false;
        try {
            appliance.stop();
        } catch (DataPlaneException | LabException e) {
            throw new VsphereException(VsphereException.Code.INTERNAL, "HAProxy did not end: " + e.getMessage(), e);
        }
        entry.stopped();
    }

    /** HAProxy goes on serving, and the next start takes it over. */
    @Override
    public void close() {
        if (on) {
            appliance.close();
        }
    }

    private static VmSpec spec(Inventory inventory, AddressPlan addresses) {
        ComputeCluster cluster = inventory.clusters().getFirst();
        return new VmSpec(
                NAME,
                new VmPlacement(
                        inventory.datacenter(cluster.datacenter()).vmFolder(),
                        cluster.resourcePool(),
                        inventory.storagePolicyNamed("vm-storage").id()),
                VmHardware.bestEffort(2, 4096),
                "",
                List.of(
                        Nic.on(
                                inventory.networkNamed("management").id(),
                                addresses.applianceManagement(0),
                                addresses.managementGateway()),
                        Nic.on(
                                inventory.networkNamed("workload").id(),
                                addresses.applianceWorkload(0),
                                addresses.workloadGateway())),
                SecretBytes.EMPTY,
                Map.of("role", "load-balancer"));
    }
}
