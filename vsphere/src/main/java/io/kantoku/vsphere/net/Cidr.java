package io.kantoku.vsphere.net;

/**
 * A block of addresses with a common prefix.
 *
 * @param base its first address
 * @param prefix the length of the prefix, 0 to 32
 */
public record Cidr(Ipv4Address base, int prefix) implements Comparable<Cidr> {
    public Cidr {
        if (prefix < 0 || prefix > 32) {
            throw new IllegalArgumentException("a prefix length is 0 to 32, not " + prefix);
        }
        if ((base.bits() & ~bits(prefix)) != 0) {
            throw new IllegalArgumentException(base + "/" + prefix + " is not the start of its block; write "
                    + new Ipv4Address(base.bits() & bits(prefix)) + "/" + prefix);
        }
    }

    /** Reads {@code a.b.c.d/nn}; bits beyond the prefix must be zero. */
    public static Cidr parse(String text) {
        InterfaceAddress address = InterfaceAddress.parse(text);
        return new Cidr(address.address(), address.prefix());
    }

    /** Reads {@code a.b.c.d/nn} and clears the bits beyond the prefix, as Kubernetes does with the blocks of a cluster. */
    public static Cidr parseMasked(String text) {
        return InterfaceAddress.parse(text).subnet();
    }

    /** The block of an address and a mask such as {@code 255.255.255.0}. */
    public static Cidr of(Ipv4Address address, Ipv4Address mask) {
        return InterfaceAddress.of(address, mask).subnet();
    }

    static int bits(int prefix) {
        return prefix == 0 ? 0 : -1 << (32 - prefix);
    }

    static int prefixOf(Ipv4Address mask) {
        int prefix = Integer.numberOfLeadingZeros(~mask.bits());
        if (mask.bits() != bits(prefix)) {
            throw new IllegalArgumentException(mask + " is not a subnet mask such as 255.255.255.0");
        }
        return prefix;
    }

    /** The block's mask, for example {@code 255.255.255.0}. */
    public Ipv4Address mask() {
        return new Ipv4Address(bits(prefix));
    }

    public Ipv4Address last() {
        return new Ipv4Address(base.bits() | ~bits(prefix));
    }

    public long size() {
        return 1L << (32 - prefix);
    }

    /** The address that many after the first; an {@code IllegalArgumentException} outside the block. */
    public Ipv4Address address(long index) {
        if (index < 0 || index >= size()) {
            throw new IllegalArgumentException(this + " has no address with the number " + index);
        }
        return base.plus(index);
    }

    public boolean contains(Ipv4Address address) {
        return (address.bits() & bits(prefix)) == base.bits();
    }

    public boolean contains(Cidr other) {
        return other.prefix >= prefix && contains(other.base);
    }

    public boolean overlaps(Cidr other) {
        return contains(other) || other.contains(this);
    }

    /** All addresses of the block, the first and last included. */
    public IpRange range() {
        return new IpRange(base, last());
    }

    @Override
    public int compareTo(Cidr other) {
        int order = base.compareTo(other.base);
        return order == 0 ? Integer.compare(prefix, other.prefix) : order;
    }

    @Override
    public String toString() {
        return base + "/" + prefix;
    }
}
