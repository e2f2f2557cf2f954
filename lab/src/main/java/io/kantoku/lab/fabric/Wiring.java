package io.kantoku.lab.fabric;

import java.util.List;

/**
 * A machine on the fabric.
 *
 * @param machine its name here: at most 12 characters, for example {@code vm-42}
 * @param ports its cards; the first one with a gateway is the way to everything that no other card knows
 * @param floating further addresses that belong to the last card though it does not have them all the time: virtual IPs
 */
public record Wiring(String machine, List<Port> ports, List<Subnet> floating) {
    private static final int LONGEST = 12;

    public Wiring {
        Names.name(machine, LONGEST);
        ports = List.copyOf(ports);
        floating = List.copyOf(floating);
    }

    /** The switch's end of a card. */
    String link(int port) {
        return machine + "." + port;
    }
}
