package io.kantoku.lab.fabric;

/**
 * A port group: one broadcast domain of the switch. The VLAN that it stands for is told to people only, since every segment is a
 * bridge of its own.
 *
 * @param name at most 11 characters: {@code workload}
 * @param subnet its addresses; the first one is the router's
 */
public record Segment(String name, Subnet subnet) {
    private static final int LONGEST = 11;

    public Segment {
        Names.name(name, LONGEST);
    }

    String bridge() {
        return "br-" + name;
    }

    /** The router's address in it. */
    public String gateway() {
        return subnet.address(1);
    }
}
