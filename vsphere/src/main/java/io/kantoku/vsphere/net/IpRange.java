package io.kantoku.vsphere.net;

import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive addresses.
 *
 * @param first the lowest
 * @param last the highest, which belongs to the range
 */
public record IpRange(Ipv4Address first, Ipv4Address last) implements Comparable<IpRange> {
    public IpRange {
        if (first.compareTo(last) > 0) {
            throw new IllegalArgumentException("the range " + first + "-" + last + " ends before it starts");
        }
    }

    /** Reads {@code a.b.c.d-e.f.g.h}, a block {@code a.b.c.d/nn}, or a single address. */
    public static IpRange parse(String text) {
        if (text.indexOf('/') >= 0) {
            return Cidr.parse(text).range();
        }
        int dash = text.indexOf('-');
        if (dash < 0) {
            Ipv4Address only = Ipv4Address.parse(text);
            return new IpRange(only, only);
        }
        return new IpRange(
                Ipv4Address.parse(text.substring(0, dash).strip()),
                Ipv4Address.parse(text.substring(dash + 1).strip()));
    }

    /** The addresses from the first on. */
    public static IpRange of(Ipv4Address first, long count) {
        if (count < 1) {
            throw new IllegalArgumentException("a range has at least one address, not " + count);
        }
        return new IpRange(first, first.plus(count - 1));
    }

    public long size() {
        return last.minus(first) + 1;
    }

    public boolean contains(Ipv4Address address) {
        return first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
    }

    public boolean contains(IpRange other) {
        return contains(other.first) && contains(other.last);
    }

    public boolean overlaps(IpRange other) {
        return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
    }

    public boolean overlaps(Cidr block) {
        return overlaps(block.range());
    }

    /** The fewest blocks that together are exactly this range, in ascending order. */
    public List<Cidr> toCidrs() {
        List<Cidr> blocks = new ArrayList<>();
        long next = first.unsigned();
        long end = last.unsigned();
        while (next <= end) {
            int aligned = next == 0 ? 32 : Long.numberOfTrailingZeros(next);
            int fitting = 63 - Long.numberOfLeadingZeros(end - next + 1);
            int width = Math.min(Math.min(aligned, fitting), 32);
            blocks.add(new Cidr(Ipv4Address.ofUnsigned(next), 32 - width));
            next += 1L << width;
        }
        return List.copyOf(blocks);
    }

    @Override
    public int compareTo(IpRange other) {
        int order = first.compareTo(other.first);
        return order == 0 ? last.compareTo(other.last) : order;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
