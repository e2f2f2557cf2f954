package io.kantoku.supervisor.workload;

import io.kantoku.vsphere.net.Cidr;
import io.kantoku.vsphere.net.IpRange;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a vSphere cluster is to become: the enable specification of vCenter 7.0.1 in vSphere-networking mode, read and with its
 * forms checked.
 */
public record EnableSpec(
        Size size,
        Cidr serviceCidr,
        ManagementNetwork management,
        List<WorkloadNetwork> workloadNetworks,
        LoadBalancer loadBalancer,
        List<String> masterDns,
        List<String> workerDns,
        List<String> searchDomains,
        List<String> ntpServers,
        String masterStoragePolicy,
        String ephemeralStoragePolicy,
        String imageStoragePolicy,
        String loginBanner,
        List<String> masterDnsNames,
        @Nullable String contentLibraryId) {
    /** Sizes of control VMs: processors and memory (vSphere documentation). */
    public enum Size {
        TINY(2, 8),
        SMALL(4, 16),
        MEDIUM(8, 24),
        LARGE(16, 32);

        private final int cpus;
        private final int memoryGiB;

        Size(int cpus, int memoryGiB) {
            this.cpus = cpus;
            this.memoryGiB = memoryGiB;
        }

        public int cpus() {
            return cpus;
        }

        public long memoryMiB() {
            return memoryGiB * 1024L;
        }
    }

    /** Where the control VMs are managed. */
    public record ManagementNetwork(String network, IpRange range, Cidr subnet, Ipv4Address gateway) {
        /** The three control VMs' addresses. */
        public Ipv4Address control(int index) {
            return range.first().plus(index);
        }

        /** The address that moves with the leading control VM: the fourth of the range. */
        public Ipv4Address floatingIp() {
            return range.first().plus(3);
        }
    }

    /** A network for nodes. */
    public record WorkloadNetwork(
            String name, String portGroup, List<IpRange> ranges, Cidr subnet, Ipv4Address gateway) {
        public WorkloadNetwork {
            ranges = List.copyOf(ranges);
        }
    }

    /**
     * The HAProxy appliance.
     *
     * @param password never printed
     */
    public record LoadBalancer(
            String id, List<IpRange> ranges, List<Server> servers, String user, String password, String authorityPem) {
        public LoadBalancer {
            ranges = List.copyOf(ranges);
            servers = List.copyOf(servers);
        }

        /** One Data Plane API. */
        public record Server(String host, int port) {}

        @Override
        public String toString() {
            return "LoadBalancer[" + id + " " + servers + "]";
        }
    }

    public EnableSpec {
        workloadNetworks = List.copyOf(workloadNetworks);
        masterDns = List.copyOf(masterDns);
        workerDns = List.copyOf(workerDns);
        searchDomains = List.copyOf(searchDomains);
        ntpServers = List.copyOf(ntpServers);
        masterDnsNames = List.copyOf(masterDnsNames);
    }

    public WorkloadNetwork primary() {
        return workloadNetworks.getFirst();
    }

    public Optional<String> contentLibrary() {
        return Optional.ofNullable(contentLibraryId);
    }

    /** The address that the Supervisor's API gets: the lowest of the first range. */
    public Ipv4Address firstVip() {
        return loadBalancer.ranges().getFirst().first();
    }
}
