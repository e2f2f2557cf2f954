package io.kantoku.vsphere.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IPv4 address.
 *
 * @param bits its 32 bits, the first octet highest
 */
public record Ipv4Address(int bits) implements Comparable<Ipv4Address> {
    private static final Pattern FORM =
            Pattern.compile("(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})");
    private static final long LAST = 0xffff_ffffL;

    /** Reads dotted decimal notation; octets have no leading zeros, since these mean octal to some readers. */
    public static Ipv4Address parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            int bits = 0;
            boolean fits = true;
            for (int i = 1; i <= 4; i++) {
                int octet = Integer.parseInt(matcher.group(i));
                fits &= octet <= 255;
                bits = (bits << 8) | octet;
            }
            if (fits) {
                return new Ipv4Address(bits);
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not an IPv4 address such as 10.44.59.51");
    }

    static Ipv4Address ofUnsigned(long value) {
        if (value < 0 || value > LAST) {
            throw new IllegalArgumentException("the address would lie outside 0.0.0.0 to 255.255.255.255");
        }
        return new Ipv4Address((int) value);
    }

    long unsigned() {
        return Integer.toUnsignedLong(bits);
    }

    /** The address that many further on; an {@code IllegalArgumentException} beyond the ends of the address space. */
    public Ipv4Address plus(long count) {
        return ofUnsigned(Math.addExact(unsigned(), count));
    }

    /** How many addresses further on than the other this one is. */
    public long minus(Ipv4Address other) {
        return unsigned() - other.unsigned();
    }

    /** The JDK's value; never looks a name up. */
    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(
                    new byte[] {(byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits});
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are always an address", e);
        }
    }

    @Override
    public int compareTo(Ipv4Address other) {
        return Integer.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return (bits >>> 24) + "." + ((bits >>> 16) & 0xff) + "." + ((bits >>> 8) & 0xff) + "." + (bits & 0xff);
    }
}
