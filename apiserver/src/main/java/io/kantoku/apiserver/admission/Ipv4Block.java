package io.kantoku.apiserver.admission;

import java.util.OptionalLong;

/** A block of IPv4 addresses, as unsigned numbers. */
record Ipv4Block(long first, long size) {
    static Ipv4Block parse(String cidr) {
        int slash = cidr.indexOf('/');
        int prefix = Integer.parseInt(cidr.substring(slash + 1));
        long size = 1L << (32 - prefix);
        long address = number(cidr.substring(0, slash)).orElseThrow();
        return new Ipv4Block(address & -size & 0xffff_ffffL, size);
    }

    boolean contains(long address) {
        return address >= first && address < first + size;
    }

    /** The address as a number; empty when the text is no IPv4 address. */
    static OptionalLong number(String address) {
        String[] parts = address.split("\\.", -1);
        if (parts.length != 4) {
            return OptionalLong.empty();
        }
        long number = 0;
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return OptionalLong.empty();
            }
            int octet = Integer.parseInt(part);
            if (octet > 255) {
                return OptionalLong.empty();
            }
            number = number << 8 | octet;
        }
        return OptionalLong.of(number);
    }

    /** In CIDR form. */
    @Override
    public String toString() {
        return text(first) + "/" + (32 - Long.numberOfTrailingZeros(size));
    }

    static String text(long address) {
        return (address >> 24 & 255) + "." + (address >> 16 & 255) + "." + (address >> 8 & 255) + "." + (address & 255);
    }
}
