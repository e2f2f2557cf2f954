package io.kantoku.lab.fabric;

import java.util.List;

/**
 * A machine on the fabric.
 *
 * @param machine its name here: at most 12 characters, for example {@code vm-42}
 * @param ports its cards; the first one with a gateway is the way to everything that no other card knows
 */
public record Wiring(String machine, List<Port> ports) {
    private static final int LONGEST = 12;

    public Wiring {
        Names.name(machine, LONGEST);
        ports = List.copyOf(ports);
    }

    /** The switch's end of a card. */
    String link(int port) {
        return machine + "." + port;
    }
}
