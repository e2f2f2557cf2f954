package io.kantoku.supervisor.console;

import io.kantoku.client.Clusters;
import io.kantoku.supervisor.Changes;
import io.kantoku.supervisor.audit.AuditLog;
import io.kantoku.supervisor.namespaces.Namespaces;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.vsphere.Inventory;

/**
 * Where the console's data come from.
 *
 * @param clusters the logical clusters with the rights of the system; what users see of them is cut to their namespaces
 * @param balancer what the load balancer says itself
 * @param changes tells of changes of Supervisors, namespaces and the audit log
 */
public record ConsoleSources(
        Inventory inventory,
        Clusters clusters,
        WorkloadManagement workload,
        Namespaces namespaces,
        AuditLog audit,
        BalancerView balancer,
        Changes changes) {
    LiveSources.World world() {
        return new LiveSources.World(
                inventory, clusters, workload, namespaces, audit, new VipReport(clusters, balancer), changes);
    }
}
