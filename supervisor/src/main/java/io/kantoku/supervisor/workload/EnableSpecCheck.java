package io.kantoku.supervisor.workload;

import io.kantoku.supervisor.workload.EnableSpec.ManagementNetwork;
import io.kantoku.supervisor.workload.EnableSpec.WorkloadNetwork;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.net.Cidr;
import io.kantoku.vsphere.net.IpRange;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.HashSet;
import java.util.Set;

/** Checks a specification against itself and against the inventory. No network is touched. */
public final class EnableSpecCheck {
    static final String MANAGEMENT = "master_management_network";
    private static final String WORKLOAD = "workload_networks_spec.supervisor_primary_workload_network";

    private final EnableSpec spec;
    private final Inventory inventory;
    private final Faults faults;

    private EnableSpecCheck(EnableSpec spec, Inventory inventory, Faults faults) {
        this.spec = spec;
        this.inventory = inventory;
        this.faults = faults;
    }

    public static void check(EnableSpec spec, Inventory inventory, Faults faults) {
        EnableSpecCheck check = new EnableSpecCheck(spec, inventory, faults);
        check.references();
        check.subnets();
        check.overlaps();
    }

    private void references() {
        Set<String> networks = new HashSet<>();
        inventory.networks().forEach(network -> networks.add(network.id().toString()));
        require(networks, spec.management().network(), MANAGEMENT + ".network", "network");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < spec.workloadNetworks().size(); i++) {
            WorkloadNetwork network = spec.workloadNetworks().get(i);
            String field = workload(i);
            require(networks, network.portGroup(), field + ".vsphere_network.portgroup", "port group");
            if (!names.add(network.name())) {
                faults.add(field + ".network", "the name '" + network.name() + "' is used twice");
            }
        }
        Set<String> policies = new HashSet<>();
        inventory.storagePolicies().forEach(policy -> policies.add(policy.id().toString()));
        require(policies, spec.masterStoragePolicy(), "master_storage_policy", "storage policy");
        require(policies, spec.ephemeralStoragePolicy(), "ephemeral_storage_policy", "storage policy");
        require(policies, spec.imageStoragePolicy(), "image_storage.storage_policy", "storage policy");
        spec.contentLibrary().ifPresent(id -> {
            Set<String> libraries = new HashSet<>();
            inventory
                    .libraries()
                    .list()
                    .forEach(library -> libraries.add(library.id().toString()));
            require(libraries, id, "default_kubernetes_service_content_library", "content library");
        });
    }

    private void require(Set<String> known, String id, String field, String what) {
        if (!known.contains(id)) {
            faults.add(
                    field,
                    "there is no " + what + " '" + id + "'; known: "
                            + known.stream().sorted().toList());
        }
    }

    private void subnets() {
        ManagementNetwork management = spec.management();
        inside(MANAGEMENT + ".address_range", "the management range", management.range(), management.subnet());
        gateway(MANAGEMENT + ".address_range.gateway", management.gateway(), management.subnet());
        for (int i = 0; i < spec.workloadNetworks().size(); i++) {
            WorkloadNetwork network = spec.workloadNetworks().get(i);
            for (IpRange range : network.ranges()) {
                inside(workload(i) + ".vsphere_network.address_ranges", "the workload range", range, network.subnet());
            }
        }
        if (management.subnet().overlaps(spec.primary().subnet())) {
            faults.add(
                    WORKLOAD + ".vsphere_network.gateway",
                    "the workload network " + spec.primary().subnet() + " overlaps the management network "
                            + management.subnet() + "; use different subnets");
        }
    }

    /** The field of a workload network, of which the first is the primary one. */
    static String workload(int index) {
        return index == 0 ? WORKLOAD : "workload_networks_spec.network_list[" + (index - 1) + "]";
    }

    private void inside(String field, String what, IpRange range, Cidr subnet) {
        if (!subnet.range().contains(range)) {
            faults.add(field, what + " " + range + " is outside its subnet " + subnet);
        }
    }

    private void gateway(String field, Ipv4Address gateway, Cidr subnet) {
        if (!subnet.contains(gateway)) {
            faults.add(field, "the gateway " + gateway + " is outside the subnet " + subnet);
        }
    }

    private void overlaps() {
        RangeCheck ranges = new RangeCheck();
        ranges.services(spec.serviceCidr());
        ranges.management(spec.management());
        ranges.workload(spec.workloadNetworks());
        ranges.balancer(spec.loadBalancer());
        spec.masterDns().forEach(server -> ranges.single(Ipv4Address.parse(server), "the DNS server"));
        ranges.faults(faults);
    }
}
