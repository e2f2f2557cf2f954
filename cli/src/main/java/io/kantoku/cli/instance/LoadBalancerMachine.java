package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.lab.LabException;
import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.appliance.Appliance;
import io.kantoku.loadbalancer.appliance.ApplianceSpec;
import io.kantoku.loadbalancer.appliance.Cidr;
import io.kantoku.loadbalancer.appliance.MachineNetwork;
import io.kantoku.loadbalancer.appliance.PairSpec;
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

/** A HAProxy appliance: a machine of the inventory with a card on each network, and the real HAProxy. */
final class LoadBalancerMachine implements PowerSwitch, AutoCloseable {
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

    /** What appliances are made of and where. */
    record Environment(
            StateDirectory state,
            AddressPlan addresses,
            Path haproxy,
            EmbeddedInventory inventory,
            Substrate substrate,
            HttpServer server,
            Processes processes,
            InstantSource clock) {}

    static String name(int index) {
        return "haproxy-" + (index + 1);
    }

    /**
     * Starts an appliance, or takes over the HAProxy that runs, and enters it in the inventory, where it can be switched off and
     * on from then on.
     *
     * @param index 0 or 1
     * @param count how many there are in all
     * @throws IOException when it does not start; the message says why
     */
    static LoadBalancerMachine start(Environment environment, int index, int count) throws IOException {
        AddressPlan addresses = environment.addresses();
        EmbeddedInventory inventory = environment.inventory();
        var entry = inventory.registerAppliance(vm(inventory, addresses, index));
        List<Ipv4Address> own = List.of(
                addresses.applianceManagement(index).address(),
                addresses.applianceWorkload(index).address());
        StateDirectory state = environment.state();
        ApplianceSpec spec = ApplianceSpec.onHost(
                        name(index),
                        state.haproxy(index),
                        environment.haproxy(),
                        socket(own.getFirst(), API_PORT),
                        addresses.virtualIps().toCidrs().stream()
                                .map(block -> Cidr.parse(block.toString()))
                                .toList(),
                        USER,
                        state.password(state.haproxyPassword()))
                .withOwnAddresses(own.stream().map(Ipv4Address::toString).toList());
        VirtualMachine vm = inventory.machines().find(entry.id()).orElseThrow();
        Optional<MachineNetwork> network = environment
                .substrate()
                .appliance(vm)
                .map(namespace -> MachineNetwork.of(namespace)
                        .withWorkloadGateway(InetAddress.ofLiteral(
                                addresses.workloadGateway().toString())));
        ApplianceSpec placed = network.map(spec::in).orElse(spec);
        LoadBalancerMachine machine = new LoadBalancerMachine(
                count == 1 ? placed : placed.withPair(pair(addresses, index)),
                environment.server(),
                environment.processes(),
                environment.clock(),
                entry,
                own);
        entry.switchedBy(machine);
        return machine;
    }

    private static PairSpec pair(AddressPlan addresses, int index) {
        return new PairSpec(index == 0, heartbeat(addresses, index), heartbeat(addresses, 1 - index));
    }

    private static List<InetSocketAddress> heartbeat(AddressPlan addresses, int index) {
        return List.of(
                socket(addresses.applianceManagement(index).address(), PairSpec.PORT),
                socket(addresses.applianceWorkload(index).address(), PairSpec.PORT));
    }

    private static InetSocketAddress socket(Ipv4Address address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address.toString()), port);
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

    /** Whether it is on and holds the virtual IPs. */
    boolean active() {
        return on && appliance.active();
    }

    ObjectNode toJson() {
        boolean running = on && appliance.running();
        return Json.object()
                .put("name", spec.name())
                .put("role", !on ? "off" : active() ? "active" : "standby")
                .put("running", running)
                .put("pid", running ? appliance.haproxyPid() : 0)
                .put(
                        "data_plane_api",
                        "https://" + spec.apiAddress().getAddress().getHostAddress() + ":"
                                + spec.apiAddress().getPort())
                .put("quarantine", appliance.quarantine().toString());
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

    /** The Data Plane API is closed from then on, and the virtual IPs are the twin's, or dead where there is none. */
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

    private static VmSpec vm(Inventory inventory, AddressPlan addresses, int index) {
        ComputeCluster cluster = inventory.clusters().getFirst();
        return new VmSpec(
                name(index),
                new VmPlacement(
                        inventory.datacenter(cluster.datacenter()).vmFolder(),
                        cluster.resourcePool(),
                        inventory.storagePolicyNamed("vm-storage").id()),
                VmHardware.bestEffort(2, 4096),
                "",
                List.of(
                        Nic.on(
                                inventory.networkNamed("management").id(),
                                addresses.applianceManagement(index),
                                addresses.managementGateway()),
                        Nic.on(
                                inventory.networkNamed("workload").id(),
                                addresses.applianceWorkload(index),
                                addresses.workloadGateway())),
                SecretBytes.EMPTY,
                Map.of("role", "load-balancer"));
    }
}
