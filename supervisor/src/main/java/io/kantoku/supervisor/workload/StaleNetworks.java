package io.kantoku.supervisor.workload;

import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import io.kantoku.supervisor.workload.EnableSpec.WorkloadNetwork;
import java.util.Set;
import java.util.stream.Collectors;

/** Removes the networks and address pools of a Supervisor that its specification does not have any more. */
final class StaleNetworks {
    private static final GroupVersion NETOP = GroupVersion.parse("netoperator.vmware.com/v1alpha1");
    private static final GroupVersionResource NETWORKS = NETOP.resource("vspheredistributednetworks");
    private static final GroupVersionResource POOLS = NETOP.resource("ippools");

    private final KubeClient client;

    StaleNetworks(KubeClient client) {
        this.client = client;
    }

    void remove(EnableSpec spec) {
        Set<String> networks =
                spec.workloadNetworks().stream().map(WorkloadNetwork::name).collect(Collectors.toSet());
        removeOthers(NETWORKS, networks);
        removeOthers(POOLS, SupervisorObjects.poolNames(spec));
    }

    private void removeOthers(GroupVersionResource resource, Set<String> wanted) {
        for (KubeObject object : client.list(resource, Query.all()).items()) {
            if (!wanted.contains(object.name())) {
                client.delete(resource, object.namespacedName(), DeleteOptions.background());
            }
        }
    }
}
