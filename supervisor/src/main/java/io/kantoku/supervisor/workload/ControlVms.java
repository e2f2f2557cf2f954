package io.kantoku.supervisor.workload;

import io.kantoku.vsphere.net.Ipv4Address;
import java.util.List;
import java.util.stream.IntStream;

/** What others need to know of a Supervisor's control VMs. */
public final class ControlVms {
    /** The beginning of the names of all control VMs. */
    public static final String NAME_PREFIX = "SupervisorControlPlaneVM";

    /** The file whose presence in a machine's bootstrap data asks for the Supervisor's front beside the API. */
    public static final String FRONT_FILE = ControlVm.FRONT_FILE;

    private ControlVms() {}

    /** The management addresses of the three control VMs. */
    public static List<Ipv4Address> managementAddresses(EnableSpec spec) {
        return IntStream.range(0, ControlVm.COUNT)
                .mapToObj(spec.management()::control)
                .toList();
    }
}
