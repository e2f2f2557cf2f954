package io.kantoku.supervisor.workload;

import io.kantoku.vsphere.ComputeCluster;
import io.kantoku.vsphere.DistributedSwitch;
import io.kantoku.vsphere.Host;
import io.kantoku.vsphere.Inventory;
import java.util.ArrayList;
import java.util.List;

/** Which vSphere clusters can become Supervisors. Pure. */
public final class ClusterCompatibility {
    private static final int FEWEST_HOSTS = 3;
    private static final int OLDEST_SWITCH = 7;

    private ClusterCompatibility() {}

    /** Why a cluster cannot be enabled; empty when it can. */
    public static List<String> reasonsAgainst(ComputeCluster cluster, Inventory inventory) {
        List<String> reasons = new ArrayList<>();
        List<Host> hosts = inventory.hosts().stream()
                .filter(host -> host.cluster().equals(cluster.id()))
                .toList();
        if (!cluster.haEnabled()) {
            reasons.add("Cluster " + cluster.name() + " does not have vSphere HA enabled. Enable it.");
        }
        if (!cluster.drsEnabled()) {
            reasons.add("Cluster " + cluster.name() + " does not have DRS fully automated. Enable it.");
        }
        if (hosts.size() < FEWEST_HOSTS) {
            reasons.add("Cluster " + cluster.name() + " has " + hosts.size() + " hosts; " + FEWEST_HOSTS
                    + " are needed for three control plane VMs.");
        }
        boolean joined = inventory.switches().stream()
                .anyMatch(candidate -> candidate
                        .hosts()
                        .containsAll(hosts.stream().map(Host::id).toList()));
        if (!joined) {
            reasons.add("The hosts of cluster " + cluster.name() + " are not all on one distributed switch.");
        }
        return reasons;
    }

    /** Why a cluster's workload networks cannot be on a switch; empty when they can. */
    public static List<String> reasonsAgainst(DistributedSwitch item, ComputeCluster cluster, Inventory inventory) {
        List<String> reasons = new ArrayList<>();
        if (major(item.version()) < OLDEST_SWITCH) {
            reasons.add("Switch " + item.name() + " has version " + item.version() + "; " + OLDEST_SWITCH
                    + ".0 or later is needed. Upgrade it.");
        }
        List<String> missing = inventory.hosts().stream()
                .filter(host ->
                        host.cluster().equals(cluster.id()) && !item.hosts().contains(host.id()))
                .map(Host::name)
                .toList();
        if (!missing.isEmpty()) {
            reasons.add("Hosts " + missing + " of cluster " + cluster.name() + " are not on switch " + item.name()
                    + ". Add them to it.");
        }
        return reasons;
    }

    private static int major(String version) {
        String digits = version.split("\\.", -1)[0];
        return digits.matches("\\d{1,4}") ? Integer.parseInt(digits) : 0;
    }
}
