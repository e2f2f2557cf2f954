package io.kantoku.vsphere;

import java.util.List;

/**
 * A virtual switch that spans hosts.
 *
 * @param uuid its UUID in the switch's own notation ({@code 50 2a 6f …-…}); compatibility checks name switches by it
 * @param version the switch version, for example {@code 7.0.0}
 * @param hosts the hosts that are attached to it
 */
public record DistributedSwitch(
        MoRef id, String name, String uuid, String version, MoRef datacenter, List<MoRef> hosts) {
    public DistributedSwitch {
        id.require(MoRef.Kind.SWITCH);
        hosts = List.copyOf(hosts);
    }
}
