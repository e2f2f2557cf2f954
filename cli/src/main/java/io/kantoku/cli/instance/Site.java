package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.lab.NetworkStack;
import io.kantoku.loadbalancer.DataPlaneClient;
import io.kantoku.supervisor.rest.Operations;
import io.kantoku.supervisor.workload.ControlSite;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.tkg.guest.NodePorts;
import io.kantoku.vsphere.Inventory;
import java.util.Optional;
import java.util.function.Supplier;

/** What an instance's machines are made in: the vSphere that it brings along, with its HAProxy, or a vCenter that is not ours. */
sealed interface Site permits EmbeddedSite, VcenterSite {
    Inventory inventory();

    /** Lets machines run that are to be on; everything else of the instance is there by then. */
    void start();

    ControlSite control();

    /** The port of the Supervisor's front on its control VMs. */
    int frontPort();

    /** Where vCenter's own connections are opened: to Data Plane APIs, to virtual IPs. */
    NetworkStack vcenter();

    /** Where a Supervisor's own connections are opened. */
    NetworkStack supervisor();

    /** Whether this process serves the APIs of guest clusters; otherwise their machines do. */
    boolean servesGuests();

    /** Whether nodes of guest clusters answer, as a Supervisor sees it. */
    NodePorts nodePorts();

    /** The appliance of the console's pages; empty where no Supervisor has named one. */
    Optional<DataPlaneClient> balancer(Supplier<WorkloadManagement> workload);

    /** Supervisors of before are known again; what this start has brought may concern them. */
    void supervisorsAreBack(WorkloadManagement workload, Progress progress);

    /** {@code /api/kantoku/default-enable-spec}. */
    Operations defaultSpec();

    /** Adds {@code runtime_description} and {@code haproxy} to the status. */
    void describe(ObjectNode status, WorkloadManagement workload);
}
