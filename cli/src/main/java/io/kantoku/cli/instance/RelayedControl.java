package io.kantoku.cli.instance;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.kubelet.boot.BootListener;
import io.kantoku.kubelet.boot.KubeadmNode;
import io.kantoku.kubelet.boot.NodeEnvironment;
import io.kantoku.lab.NetworkStack;
import io.kantoku.supervisor.workload.ControlSite;
import io.kantoku.supervisor.workload.EnableSpec;
import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.cloudinit.CloudInit;
import io.kantoku.vsphere.library.LibraryItem;
import io.kantoku.vsphere.library.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control VMs of a Supervisor whose API is served by this process: each leads from its address in the workload network to ours in
 * the management network. While one runs, by what its tools tell, it is a node of the Supervisor; the first to run brings the API up.
 */
final class RelayedControl implements ControlSite, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RelayedControl.class);
    private static final int HTTPS = 443;
    private static final int API = 6443;

    private final Inventory inventory;
    private final NodeEnvironment environment;
    private final String address;
    private final int frontPort;
    private final Path disks;
    private final Map<MoRef, KubeadmNode> nodes = new HashMap<>();

    /**
     * @param address ours, as the machines reach it
     * @param frontPort the port there of the front with the login
     * @param disks what nodes keep over restarts
     */
    RelayedControl(Inventory inventory, NodeEnvironment environment, String address, int frontPort, Path disks) {
        this.inventory = inventory;
        this.environment = environment;
        this.address = address;
        this.frontPort = frontPort;
        this.disks = disks;
    }

    @Override
    public Optional<String> reasonAgainst(EnableSpec spec) {
        if (spec.contentLibrary().isEmpty()) {
            return Optional.of(
                    "control plane VMs and nodes are made from images of a content library; name one that has an"
                            + " item such as ob-1-photon-3-k8s-v1.18.5---vmware.1");
        }
        return image(spec).isPresent()
                ? Optional.empty()
                : Optional.of(
                        "the content library " + spec.contentLibrary().get() + " has no node image; add an OVF item"
                                + " whose name is that of a release, such as ob-1-photon-3-k8s-v1.18.5---vmware.1");
    }

    @Override
    public VmSpec machine(VmSpec planned, EnableSpec spec) {
        String own = planned.nics().getLast().address().address().toString();
        CloudInit config = RelayMachine.cloudInit(List.of(
                new RelayMachine.Relay(own, API, address, API),
                new RelayMachine.Relay(own, HTTPS, address, frontPort)));
        return new VmSpec(
                planned.name(),
                planned.placement(),
                planned.hardware(),
                image(spec).map(LibraryItem::name).orElseThrow(),
                planned.nics(),
                config.toUserData(),
                planned.metadata());
    }

    /** The newest node image of the library: it has what a relay needs, and guests' nodes are made from the same library. */
    private Optional<LibraryItem> image(EnableSpec spec) {
        UUID library = UUID.fromString(spec.contentLibrary().orElseThrow());
        return inventory.libraries().items(library).stream()
                .filter(item -> item.release().isPresent())
                .max(Comparator.comparing(
                        item -> item.release().<Release>map(release -> release).orElseThrow()));
    }

    @Override
    public synchronized void attend(VirtualMachine vm, CloudInit bootstrap) {
        boolean runs = vm.isOn() && vm.guest().state() == GuestStatus.State.RUNNING;
        if (!runs) {
            leave(vm);
        } else if (!nodes.containsKey(vm.id())) {
            nodes.put(vm.id(), KubeadmNode.start(environment, facts(vm, bootstrap), new Log(vm)));
        }
    }

    private io.kantoku.kubelet.boot.MachineFacts facts(VirtualMachine vm, CloudInit bootstrap) {
        Path disk = disks.resolve(vm.id().toString());
        try {
            Files.createDirectories(disk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return BootFacts.of(
                MetaData.of(vm.biosUuid(), vm.spec()),
                bootstrap,
                ClusterId.SUPERVISOR,
                "", // the API is this build's, not the image's
                List.of(address),
                vm.spec().hardware(),
                NetworkStack.host(),
                disk);
    }

    @Override
    public synchronized void leave(VirtualMachine vm) {
        KubeadmNode node = nodes.remove(vm.id());
        if (node != null) {
            node.close();
        }
    }

    /** Ends what this process does; the machines go on. */
    @Override
    public synchronized void close() {
        nodes.values().forEach(KubeadmNode::release);
        nodes.clear();
    }

    /** What the node of a machine tells. */
    private record Log(VirtualMachine vm) implements BootListener {
        @Override
        public void progress(String message) {
            entry("control VM", message);
        }

        @Override
        public void joined() {
            entry("control VM", "is a node of the Supervisor");
        }

        @Override
        public void failed(String reason) {
            entry("control VM failed", reason);
        }

        private void entry(String what, String message) {
            LOG.atInfo()
                    .setMessage(what)
                    .addKeyValue("vm", vm.name())
                    .addKeyValue("message", message)
                    .log();
        }
    }
}
