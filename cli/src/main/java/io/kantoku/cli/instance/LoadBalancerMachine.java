package io.kantoku.cli.instance;

import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.appliance.Appliance;
import io.kantoku.loadbalancer.appliance.ApplianceSpec;
import io.kantoku.loadbalancer.appliance.Cidr;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.transport.HttpServer;
import io.kantoku.vsphere.ComputeCluster;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmPlacement;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.embedded.AddressPlan;
import io.kantoku.vsphere.embedded.EmbeddedInventory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The HAProxy appliance: a machine of the inventory with a card on each network, and the real HAProxy. */
final class LoadBalancerMachine implements AutoCloseable {
    static final String NAME = "haproxy-1";
    static final String USER = "admin";

    private static final int API_PORT = 5556;

    private final Appliance appliance;

    private LoadBalancerMachine(Appliance appliance) {
        this.appliance = appliance;
    }

    /**
     * Starts the appliance, or takes over the HAProxy that runs, and enters it in the inventory.
     *
     * @throws IOException when it does not start; the message says why
     */
    static LoadBalancerMachine start(
            StateDirectory state,
            AddressPlan addresses,
            Path haproxy,
            EmbeddedInventory inventory,
            HttpServer server,
            Processes processes,
            InstantSource clock)
            throws IOException {
        var entry = inventory.registerAppliance(spec(inventory, addresses));
        String management = addresses.applianceManagement(0).address().toString();
        ApplianceSpec spec = ApplianceSpec.onHost(
                        NAME,
                        state.haproxy(),
                        haproxy,
                        new InetSocketAddress(InetAddress.ofLiteral(management), API_PORT),
                        addresses.virtualIps().toCidrs().stream()
                                .map(block -> Cidr.parse(block.toString()))
                                .toList(),
                        USER,
                        state.password(state.haproxyPassword()))
                .withOwnAddresses(List.of(
                        management, addresses.applianceWorkload(0).address().toString()));
        try {
            Appliance appliance = Appliance.start(spec, server, processes, clock);
            entry.running(List.of(
                    addresses.applianceManagement(0).address(),
                    addresses.applianceWorkload(0).address()));
            return new LoadBalancerMachine(appliance);
        } catch (DataPlaneException e) {
            entry.failed(String.valueOf(e.getMessage()));
            throw new IOException("HAProxy did not start: " + e.getMessage(), e);
        }
    }

    Appliance appliance() {
        return appliance;
    }

    /** HAProxy goes on serving, and the next start takes it over. */
    @Override
    public void close() {
        appliance.close();
    }

    void stop() {
        appliance.stop();
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
