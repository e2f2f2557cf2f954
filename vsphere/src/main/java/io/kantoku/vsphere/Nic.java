package io.kantoku.vsphere;

import io.kantoku.vsphere.net.InterfaceAddress;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network card of a machine.
 *
 * @param network the port group that it is connected to
 * @param address its address with the prefix length of the subnet
 * @param gatewayAddress the subnet's gateway, if the machine uses one through this card
 * @param mac the hardware address; {@code ""} in a request lets the inventory choose
 */
public record Nic(
        MoRef network, InterfaceAddress address, @Nullable Ipv4Address gatewayAddress, String mac) {
    private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

    public Nic {
        mac = mac.toLowerCase(Locale.ROOT);
        if (!mac.isEmpty() && !MAC.matcher(mac).matches()) {
            throw VsphereException.invalid("'" + mac + "' is not a MAC address such as 00:50:56:aa:01:02");
        }
        if (gatewayAddress != null && !address.subnet().contains(gatewayAddress)) {
            throw VsphereException.invalid("the gateway " + gatewayAddress + " is outside the subnet of " + address);
        }
    }

    public static Nic on(MoRef network, InterfaceAddress address) {
        return new Nic(network, address, null, "");
    }

    public static Nic on(MoRef network, InterfaceAddress address, Ipv4Address gateway) {
        return new Nic(network, address, gateway, "");
    }

    public Optional<Ipv4Address> gateway() {
        return Optional.ofNullable(gatewayAddress);
    }

    public Nic withMac(String chosen) {
        return new Nic(network, address, gatewayAddress, chosen);
    }
}
