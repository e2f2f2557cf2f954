package io.kantoku.lab.fabric;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of IPv4 addresses.
 *
 * @param first its lowest address as a number
 * @param prefix 0 to 32
 */
public record Subnet(long first, int prefix) {
    private static final Pattern FORM =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?:/(\\d{1,2}))?");
    private static final int BITS = 32;
    private static final int OCTET = 8;

    public Subnet {
        if (prefix < 0 || prefix > BITS || first < 0 || first >= 1L << BITS || (first & (size(prefix) - 1)) != 0) {
            throw new IllegalArgumentException("not a block of IPv4 addresses: " + first + "/" + prefix);
        }
    }

    /** Reads {@code 10.0.0.0/8}; an address without a prefix is a block of one; bits beyond the prefix are dropped. */
    public static Subnet parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a block of IPv4 addresses: \"" + text + "\"");
        }
        long address = 0;
        for (int octet = 1; octet <= 4; octet++) {
            int value = Integer.parseInt(matcher.group(octet));
            if (value >= 1 << OCTET) {
                throw new IllegalArgumentException("not a block of IPv4 addresses: \"" + text + "\"");
            }
            address = (address << OCTET) | value;
        }
        int prefix = matcher.group(5) == null ? BITS : Integer.parseInt(matcher.group(5));
        if (prefix > BITS) {
            throw new IllegalArgumentException("not a block of IPv4 addresses: \"" + text + "\"");
        }
        return new Subnet(address & -size(prefix) & ((1L << BITS) - 1), prefix);
    }

    /** Whether every address of the other block is in this one. */
    public boolean contains(Subnet other) {
        return prefix <= other.prefix && (other.first & -size(prefix)) == first;
    }

    /** The address at a place, without prefix. */
    public String address(long index) {
        if (index < 0 || index >= size(prefix)) {
            throw new IllegalArgumentException(this + " has no address " + index);
        }
        return text(first + index);
    }

    private static long size(int prefix) {
        return 1L << (BITS - prefix);
    }

    private static String text(long address) {
        return ((address >> 24) & 255) + "." + ((address >> 16) & 255) + "." + ((address >> 8) & 255) + "."
                + (address & 255);
    }

    @Override
    public String toString() {
        return text(first) + "/" + prefix;
    }
}
