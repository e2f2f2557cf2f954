package io.kantoku.supervisor.workload;

import io.kantoku.supervisor.workload.EnableSpec.LoadBalancer;
import io.kantoku.supervisor.workload.EnableSpec.ManagementNetwork;
import io.kantoku.supervisor.workload.EnableSpec.WorkloadNetwork;
import io.kantoku.vsphere.net.Cidr;
import io.kantoku.vsphere.net.IpRange;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.ArrayList;
import java.util.List;

/** Collects the ranges of a specification, or of the part of it that is there, and finds those that are not apart. Pure. */
final class RangeCheck {
    private static final String VIPS = "load_balancer_config_spec.address_ranges";

    /** A range with the words and the field that messages use for it. */
    record Named(String field, String what, IpRange range) {}

    /** An address that something has already. */
    private record Taken(Ipv4Address address, String what) {}

    private final List<Named> ranges = new ArrayList<>();
    private final List<Taken> taken = new ArrayList<>();

    void services(Cidr services) {
        ranges.add(new Named("service_cidr", "the service range", services.range()));
    }

    void management(ManagementNetwork management) {
        ranges.add(
                new Named(EnableSpecCheck.MANAGEMENT + ".address_range", "the management range", management.range()));
        single(management.gateway(), "the management gateway");
    }

    void workload(List<WorkloadNetwork> networks) {
        for (int i = 0; i < networks.size(); i++) {
            for (IpRange range : networks.get(i).ranges()) {
                ranges.add(new Named(
                        EnableSpecCheck.workload(i) + ".vsphere_network.address_ranges", "the workload range", range));
            }
            single(networks.get(i).gateway(), "the workload gateway");
        }
    }

    void balancer(LoadBalancer balancer) {
        balancer.ranges().forEach(range -> ranges.add(new Named(VIPS, "the range of virtual IPs", range)));
        for (LoadBalancer.Server server : balancer.servers()) {
            if (server.host().matches("[0-9.]+")) {
                single(Ipv4Address.parse(server.host()), "the Data Plane API");
            }
        }
    }

    /** No range may contain an address that something else has. */
    void single(Ipv4Address address, String what) {
        taken.add(new Taken(address, what));
    }

    List<Named> ranges() {
        return List.copyOf(ranges);
    }

    void faults(Faults faults) {
        for (int i = 0; i < ranges.size(); i++) {
            for (int j = i + 1; j < ranges.size(); j++) {
                Named a = ranges.get(i);
                Named b = ranges.get(j);
                if (a.range().overlaps(b.range())) {
                    faults.add(
                            b.field(),
                            b.what() + " " + b.range() + " overlaps " + a.what() + " " + a.range()
                                    + "; ranges must be apart");
                }
            }
        }
        for (Taken single : taken) {
            for (Named range : ranges) {
                if (range.range().contains(single.address())) {
                    faults.add(
                            range.field(),
                            range.what() + " " + range.range() + " contains " + single.what() + " " + single.address()
                                    + "; choose a range without it");
                }
            }
        }
    }
}
