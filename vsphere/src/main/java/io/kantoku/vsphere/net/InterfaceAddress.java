package io.kantoku.vsphere.net;

/**
 * An address together with the prefix length of the subnet that it is in, as an interface is given it.
 *
 * @param prefix 0 to 32
 */
public record InterfaceAddress(Ipv4Address address, int prefix) {
    public InterfaceAddress {
        if (prefix < 0 || prefix > 32) {
            throw new IllegalArgumentException("a prefix length is 0 to 32, not " + prefix);
        }
    }

    /** Reads {@code a.b.c.d/nn}. */
    public static InterfaceAddress parse(String text) {
        int slash = text.indexOf('/');
        String length = slash < 0 ? "" : text.substring(slash + 1);
        if (!length.matches("0|[1-9]\\d?")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an address with a prefix length such as 10.44.59.0/24");
        }
        return new InterfaceAddress(Ipv4Address.parse(text.substring(0, slash)), Integer.parseInt(length));
    }

    /** From an address and a mask such as {@code 255.255.255.0}. */
    public static InterfaceAddress of(Ipv4Address address, Ipv4Address mask) {
        return new InterfaceAddress(address, Cidr.prefixOf(mask));
    }

    public Cidr subnet() {
        return new Cidr(new Ipv4Address(address.bits() & Cidr.bits(prefix)), prefix);
    }

    @Override
    public String toString() {
        return address + "/" + prefix;
    }
}
