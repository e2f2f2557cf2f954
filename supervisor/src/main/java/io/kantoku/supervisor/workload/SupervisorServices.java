package io.kantoku.supervisor.workload;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.client.Clusters;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.HttpClient;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What Supervisors are built with.
 *
 * @param control what control VMs boot
 * @param clusters the logical clusters, with the rights of an administrator
 * @param network where vCenter's own connections are opened
 * @param frontPort the port of a Supervisor's front: 443 where that can be bound
 * @param dropApi removes a logical cluster with all its objects; one that is gone already is no error
 * @param random the jitter of repeats; used by many threads
 */
public record SupervisorServices(
        Inventory inventory,
        ControlSite control,
        Clusters clusters,
        SupervisorOperators operators,
        HttpClient http,
        NetworkStack network,
        int frontPort,
        Consumer<ClusterId> dropApi,
        InstantSource clock,
        RandomGenerator random) {
    /** The folder below which a cluster's machines are kept. */
    MoRef rootFolder(MoRef cluster) {
        return inventory.datacenter(inventory.cluster(cluster).datacenter()).vmFolder();
    }
}
