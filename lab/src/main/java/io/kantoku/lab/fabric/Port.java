package io.kantoku.lab.fabric;

/**
 * A network card of a machine on the fabric.
 *
 * @param name inside the machine: {@code eth0}
 * @param segment the port group
 * @param address with the prefix length: {@code 10.44.59.100/24}
 * @param gateway where packets for elsewhere go that leave by this card; {@code ""} for none
 * @param mac the hardware address
 */
public record Port(String name, String segment, String address, String gateway, String mac) {
    private static final int LONGEST = 15;

    public Port {
        Names.name(name, LONGEST);
        Subnet.parse(address);
        if (!gateway.isEmpty()) {
            Names.address(gateway);
        }
        Names.mac(mac);
    }

    String plainAddress() {
        return address.substring(0, address.indexOf('/'));
    }
}
