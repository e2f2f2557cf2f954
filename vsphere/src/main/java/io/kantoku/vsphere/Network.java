package io.kantoku.vsphere;

/** A network that machines' cards are connected to. */
public sealed interface Network {
    MoRef id();

    String name();

    /**
     * A port group of a distributed switch.
     *
     * @param vlan the VLAN id, 0 for none
     */
    record PortGroup(MoRef id, String name, MoRef distributedSwitch, int vlan) implements Network {
        public PortGroup {
            id.require(MoRef.Kind.PORT_GROUP);
            distributedSwitch.require(MoRef.Kind.SWITCH);
        }
    }

    /** A port group of the hosts' own standard switches. */
    record Standard(MoRef id, String name) implements Network {
        public Standard {
            id.require(MoRef.Kind.NETWORK);
        }
    }
}
