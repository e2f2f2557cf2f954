package io.kantoku.supervisor.workload;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.supervisor.workload.EnableSpec.WorkloadNetwork;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.net.IpRange;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.List;
import java.util.Optional;

/** Finds out whether changed ranges still hold every address that was given out of the old ones. */
final class TakenAddresses {
    private final SupervisorServices services;
    private final Faults faults;

    TakenAddresses(SupervisorServices services, Faults faults) {
        this.services = services;
        this.faults = faults;
    }

    void check(EnableSpec before, EnableSpec next) {
        if (!before.firstVip().equals(next.firstVip())) {
            faults.add(
                    "load_balancer_config_spec.address_ranges",
                    "the first range must begin with " + before.firstVip() + ", which the Supervisor's API has");
        }
        if (!first(before).equals(first(next))) {
            faults.add(
                    EnableSpecCheck.workload(0) + ".vsphere_network.address_ranges",
                    "the first range must begin with " + first(before) + ", which the first control plane VM has");
        }
        virtualIps(next.loadBalancer().ranges());
        for (WorkloadNetwork network : before.workloadNetworks()) {
            nodes(network, next);
        }
    }

    private static Ipv4Address first(EnableSpec spec) {
        return spec.primary().ranges().getFirst().first();
    }

    private void virtualIps(List<IpRange> ranges) {
        if (!services.clusters().ids().contains(ClusterId.SUPERVISOR)) {
            return;
        }
        for (KubeObject service : services.clusters()
                .cluster(ClusterId.SUPERVISOR)
                .list(Resources.SERVICES, Query.all())
                .items()) {
            String vip = service.at("status", "loadBalancer", "ingress")
                    .path(0)
                    .path("ip")
                    .asText("");
            if (!vip.isEmpty() && outside(ranges, Ipv4Address.parse(vip))) {
                faults.add(
                        "load_balancer_config_spec.address_ranges",
                        "must contain " + vip + ", which the Service " + service.namespacedName()
                                + " has; delete it first");
            }
        }
    }

    private void nodes(WorkloadNetwork network, EnableSpec next) {
        Optional<WorkloadNetwork> same = next.workloadNetworks().stream()
                .filter(candidate -> candidate.name().equals(network.name()))
                .findFirst();
        for (VirtualMachine vm : services.inventory().machines().list()) {
            for (Nic nic : vm.spec().nics()) {
                Ipv4Address address = nic.address().address();
                boolean given =
                        nic.network().toString().equals(network.portGroup()) && !outside(network.ranges(), address);
                if (given && (same.isEmpty() || outside(same.get().ranges(), address))) {
                    faults.add(
                            "workload_networks_spec",
                            "the network " + network.name() + " must keep " + address + ", which the machine "
                                    + vm.name() + " has; delete it first");
                }
            }
        }
    }

    private static boolean outside(List<IpRange> ranges, Ipv4Address address) {
        return ranges.stream().noneMatch(range -> range.contains(address));
    }
}
