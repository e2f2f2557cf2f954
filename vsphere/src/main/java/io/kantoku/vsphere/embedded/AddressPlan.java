package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.net.Cidr;
import io.kantoku.vsphere.net.InterfaceAddress;
import io.kantoku.vsphere.net.IpRange;
import io.kantoku.vsphere.net.Ipv4Address;

/**
 * Who has which address in the default lab: two subnets of 256 addresses or more, in which everything has a fixed place.
 *
 * @param management the network of vCenter, appliances and control machines
 * @param workload the network of all nodes and load-balancer addresses
 */
public record AddressPlan(Cidr management, Cidr workload) {
    private static final int FIRST_VIP = 51;
    private static final int FIRST_NODE_OF_256 = 100;

    public AddressPlan {
        if (management.prefix() > 24 || workload.prefix() > 24 || management.overlaps(workload)) {
            throw new IllegalArgumentException("the management and workload networks must be two blocks of at least 256"
                    + " addresses that do not overlap, not " + management + " and " + workload);
        }
    }

    /** The lab with network namespaces: 10.44.58.0/24 and 10.44.59.0/24. */
    public static AddressPlan lab() {
        return new AddressPlan(Cidr.parse("10.44.58.0/24"), Cidr.parse("10.44.59.0/24"));
    }

    /** The same places on the loopback interface: 127.44.58.0/24 and 127.44.59.0/24. */
    public static AddressPlan simulated() {
        return new AddressPlan(Cidr.parse("127.44.58.0/24"), Cidr.parse("127.44.59.0/24"));
    }

    public Ipv4Address managementGateway() {
        return management.address(1);
    }

    public Ipv4Address vcenter() {
        return management.address(2);
    }

    /** The name server, which also serves the time. */
    public Ipv4Address dns() {
        return management.address(3);
    }

    /** The management address of an appliance, the first one being 0; its Data Plane API is here. */
    public InterfaceAddress applianceManagement(int index) {
        return new InterfaceAddress(management.address(9 + twoOf(index)), management.prefix());
    }

    /** The five consecutive addresses of the control machines: three machines, the floating address, a spare for upgrades. */
    public IpRange controlMachines() {
        return IpRange.of(management.address(50), 5);
    }

    public Ipv4Address workloadGateway() {
        return workload.address(1);
    }

    public InterfaceAddress applianceWorkload(int index) {
        return new InterfaceAddress(workload.address(2 + twoOf(index)), workload.prefix());
    }

    public IpRange virtualIps() {
        return new IpRange(workload.address(FIRST_VIP), workload.address(firstNode() - 1));
    }

    public IpRange nodes() {
        return new IpRange(workload.address(firstNode()), workload.address(workload.size() - 2));
    }

    /** Of 256 addresses it is the 100th; of more, virtual IPs have the first quarter. */
    private long firstNode() {
        return workload.prefix() == 24 ? FIRST_NODE_OF_256 : workload.size() / 4;
    }

    private static int twoOf(int index) {
        if (index < 0 || index > 1) {
            throw new IllegalArgumentException("the plan has places for two appliances");
        }
        return index;
    }
}
