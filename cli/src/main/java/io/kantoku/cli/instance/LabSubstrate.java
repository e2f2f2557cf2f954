package io.kantoku.cli.instance;

import io.kantoku.lab.LabException;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.NetworkStack;
import io.kantoku.lab.fabric.Fabric;
import io.kantoku.lab.fabric.FabricSpec;
import io.kantoku.lab.fabric.HostRoutes;
import io.kantoku.lab.fabric.Port;
import io.kantoku.lab.fabric.Segment;
import io.kantoku.lab.fabric.Subnet;
import io.kantoku.lab.fabric.Wiring;
import io.kantoku.tkg.guest.NodePorts;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.embedded.AddressPlan;
import io.kantoku.vsphere.machine.Cabling;
import io.kantoku.vsphere.machine.GuestOs;
import io.kantoku.vsphere.machine.LabRuntime;
import io.kantoku.vsphere.machine.MachineRuntime;
import io.kantoku.vsphere.net.Ipv4Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The article's topology on this Linux machine: a switch with the port groups management and workload, a router, and a network
 * namespace for each machine.
 */
final class LabSubstrate implements Substrate, Cabling {
    private static final String MANAGEMENT = "management";
    private static final String WORKLOAD = "workload";
    private static final String CONTROL_PLANE = "supervisor-control-plane";

    /** All that the lab and its clusters use by default; whatever of it is not here is nowhere. */
    private static final List<Subnet> CLOSED =
            List.of(Subnet.parse("10.44.0.0/16"), Subnet.parse("193.0.0.0/16"), Subnet.parse("195.48.0.0/12"));

    private static final String VCENTER = "vcenter";
    private static final Duration NODE_PORT_LIMIT = Duration.ofMillis(250);

    private final Fabric fabric;
    private final NetworkNamespace vcenter;
    private final ControlMachineNetwork supervisor = new ControlMachineNetwork();
    private volatile @Nullable Inventory inventory;

    private LabSubstrate(Fabric fabric, NetworkNamespace vcenter) {
        this.fabric = fabric;
        this.vcenter = vcenter;
    }

    /**
     * Makes the fabric, or takes over the one that an earlier life made.
     *
     * @throws IOException when the host uses one of the ranges itself; the message names the option that changes it
     */
    static LabSubstrate open(StateDirectory state, InstanceOptions options, Ledger ledger, Progress progress)
            throws IOException {
        AddressPlan addresses = options.addresses();
        FabricSpec spec = new FabricSpec(
                state.tag(),
                List.of(
                        new Segment(MANAGEMENT, subnet(addresses.management())),
                        new Segment(WORKLOAD, subnet(addresses.workload()))),
                Subnet.parse(options.transit()),
                addresses.virtualIps().toCidrs().stream()
                        .map(LabSubstrate::subnet)
                        .toList(),
                CLOSED,
                "",
                options.outbound());
        check(spec, progress);
        Fabric fabric = Fabric.open(spec, ledger);
        NetworkNamespace vcenter = fabric.connect(new Wiring(
                VCENTER,
                List.of(new Port(
                        "eth0",
                        MANAGEMENT,
                        addresses.vcenter() + "/" + addresses.management().prefix(),
                        addresses.managementGateway().toString(),
                        "00:50:56:aa:ff:02"))));
        return new LabSubstrate(fabric, vcenter);
    }

    private static void check(FabricSpec spec, Progress progress) throws IOException {
        HostRoutes routes = HostRoutes.read();
        List<String> refusals = new ArrayList<>();
        for (Segment segment : spec.segments()) {
            HostRoutes.Findings findings = routes.check(segment.subnet(), "--" + segment.name() + "-network");
            refusals.addAll(findings.refusals());
            findings.warnings().forEach(progress::step);
        }
        refusals.addAll(routes.check(spec.transit(), "--transit-network").refusals());
        Fabric.refusal(spec).ifPresent(refusals::add);
        if (!refusals.isEmpty()) {
            throw new IOException(String.join("; ", refusals));
        }
    }

    private static Subnet subnet(Object cidr) {
        return Subnet.parse(cidr.toString());
    }

    @Override
    public MachineRuntime runtime(GuestOs guestOs) {
        return new LabRuntime(guestOs, this);
    }

    @Override
    public void inventory(Inventory opened) {
        inventory = opened;
    }

    Fabric fabric() {
        return fabric;
    }

    @Override
    public NetworkStack vcenter() {
        return vcenter;
    }

    @Override
    public NetworkStack supervisor() {
        return supervisor;
    }

    @Override
    public NodePorts nodePorts() {
        return NodePorts.dialled(supervisor, NODE_PORT_LIMIT);
    }

    @Override
    public Optional<NetworkNamespace> appliance(VirtualMachine appliance) {
        return Optional.of(fabric.connect(wiring(appliance, List.of(MANAGEMENT, WORKLOAD))));
    }

    @Override
    public NetworkNamespace connect(VirtualMachine vm) {
        return fabric.connect(wiring(vm));
    }

    @Override
    public void disconnect(VirtualMachine vm) {
        try {
            supervisor.close(vm);
            fabric.disconnect(wiring(vm));
        } catch (LabException | UncheckedIOException e) {
            throw new VsphereException(
                    VsphereException.Code.INTERNAL,
                    "'" + vm.name() + "' has ended and is still connected: " + e.getMessage(),
                    e);
        }
    }

    private Wiring wiring(VirtualMachine vm) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < vm.spec().nics().size(); i++) {
            names.add("eth" + i);
        }
        return wiring(vm, names);
    }

    private Wiring wiring(VirtualMachine vm, List<String> names) {
        List<Port> ports = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Nic nic = vm.spec().nics().get(i);
            ports.add(new Port(
                    names.get(i),
                    segment(nic),
                    nic.address().toString(),
                    nic.gateway().map(Ipv4Address::toString).orElse(""),
                    nic.mac()));
        }
        return new Wiring(vm.id().toString(), ports);
    }

    private String segment(Nic nic) {
        return inventory().networks().stream()
                .filter(network -> network.id().equals(nic.network()))
                .map(network -> network.name().toLowerCase(Locale.ROOT))
                .findFirst()
                .orElseThrow();
    }

    private Inventory inventory() {
        Inventory current = inventory;
        if (current == null) {
            throw new IllegalStateException("machines are connected before there is an inventory");
        }
        return current;
    }

    /** The network of a control machine that runs, chosen anew for each connection. */
    private final class ControlMachineNetwork implements NetworkStack {
        /** What was opened in each machine: its end must end them too, or they would wait for answers for ever. */
        private final Map<MoRef, List<SocketChannel>> opened = new HashMap<>();

        @Override
        public ServerSocketChannel listen(InetSocketAddress address) throws IOException {
            throw new IOException("nothing listens on a control machine that may be another one tomorrow");
        }

        @Override
        public DatagramChannel datagram(InetSocketAddress address) throws IOException {
            throw new IOException("nothing listens on a control machine that may be another one tomorrow");
        }

        @Override
        public SocketChannel socket() throws IOException {
            Optional<VirtualMachine> running = inventory().machines().list().stream()
                    .filter(vm -> vm.isOn()
                            && CONTROL_PLANE.equals(vm.spec().metadata().get("role")))
                    .filter(vm -> fabric.namespace(vm.id().toString()).exists())
                    .findFirst();
            if (running.isEmpty()) {
                return vcenter.socket();
            }
            MoRef machine = running.get().id();
            SocketChannel channel = fabric.namespace(machine.toString()).socket();
            synchronized (opened) {
                List<SocketChannel> channels = opened.computeIfAbsent(machine, any -> new ArrayList<>());
                channels.removeIf(earlier -> !earlier.isOpen());
                channels.add(channel);
            }
            return channel;
        }

        void close(VirtualMachine machine) {
            List<SocketChannel> channels;
            synchronized (opened) {
                channels = opened.getOrDefault(machine.id(), List.of());
                opened.remove(machine.id());
            }
            for (SocketChannel channel : channels) {
                try {
                    channel.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public String toString() {
            return "a control machine's network";
        }
    }
}
