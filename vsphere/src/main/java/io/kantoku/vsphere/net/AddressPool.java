package io.kantoku.vsphere.net;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Ranges and which of their addresses are taken; immutable, each change is a new pool.
 *
 * <p>Addresses are handed out first-fit, ascending within a range, ranges in the order given. The first and last address of a
 * block are handed out too, and a released address is free again at once: so does the load balancer of vSphere with Tanzu.
 */
public final class AddressPool {
    private static final long LARGEST_RANGE = 1L << 24;

    private final List<IpRange> ranges;

    /** Per range, the offsets that are taken; never changed after construction. */
    private final List<BitSet> taken;

    private AddressPool(List<IpRange> ranges, List<BitSet> taken) {
        this.ranges = ranges;
        this.taken = taken;
    }

    /** A pool with nothing taken; its ranges must not overlap and have at most 2^24 addresses each. */
    public static AddressPool of(Collection<IpRange> ranges) {
        List<IpRange> ordered = List.copyOf(ranges);
        for (int i = 0; i < ordered.size(); i++) {
            if (ordered.get(i).size() > LARGEST_RANGE) {
                throw new IllegalArgumentException("the range " + ordered.get(i) + " is larger than a /8");
            }
            for (int j = 0; j < i; j++) {
                if (ordered.get(i).overlaps(ordered.get(j))) {
                    throw new IllegalArgumentException(
                            "the ranges " + ordered.get(j) + " and " + ordered.get(i) + " overlap");
                }
            }
        }
        return new AddressPool(
                ordered, ordered.stream().map(range -> new BitSet()).toList());
    }

    public static AddressPool of(IpRange... ranges) {
        return of(List.of(ranges));
    }

    /** The address that was taken, and the pool without it. */
    public record Allocation(Ipv4Address address, AddressPool remaining) {}

    /** Takes the first free address; empty when all are taken. */
    public Optional<Allocation> allocate() {
        for (int i = 0; i < ranges.size(); i++) {
            int offset = taken.get(i).nextClearBit(0);
            if (offset < ranges.get(i).size()) {
                return Optional.of(new Allocation(ranges.get(i).first().plus(offset), changed(i, offset, true)));
            }
        }
        return Optional.empty();
    }

    /**
     * Takes this address, whether or not it was taken before.
     *
     * @throws IllegalArgumentException when it is in none of the ranges
     */
    public AddressPool take(Ipv4Address address) {
        return set(address, true);
    }

    /**
     * Gives the address back; one that is free stays free.
     *
     * @throws IllegalArgumentException when it is in none of the ranges
     */
    public AddressPool release(Ipv4Address address) {
        return set(address, false);
    }

    public boolean contains(Ipv4Address address) {
        return indexOf(address) >= 0;
    }

    public boolean isTaken(Ipv4Address address) {
        int i = indexOf(address);
        return i >= 0 && taken.get(i).get(offset(i, address));
    }

    public List<IpRange> ranges() {
        return ranges;
    }

    public long size() {
        return ranges.stream().mapToLong(IpRange::size).sum();
    }

    public long takenCount() {
        return taken.stream().mapToLong(BitSet::cardinality).sum();
    }

    public long free() {
        return size() - takenCount();
    }

    private AddressPool set(Ipv4Address address, boolean value) {
        int i = indexOf(address);
        if (i < 0) {
            throw new IllegalArgumentException(address + " is outside the pool " + ranges);
        }
        int offset = offset(i, address);
        return taken.get(i).get(offset) == value ? this : changed(i, offset, value);
    }

    private AddressPool changed(int range, int offset, boolean value) {
        BitSet bits = (BitSet) taken.get(range).clone();
        bits.set(offset, value);
        List<BitSet> next = new ArrayList<>(taken);
        next.set(range, bits);
        return new AddressPool(ranges, List.copyOf(next));
    }

    private int indexOf(Ipv4Address address) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(address)) {
                return i;
            }
        }
        return -1;
    }

    private int offset(int range, Ipv4Address address) {
        return (int) address.minus(ranges.get(range).first());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressPool that && ranges.equals(that.ranges) && taken.equals(that.taken);
    }

    @Override
    public int hashCode() {
        return 31 * ranges.hashCode() + taken.hashCode();
    }

    @Override
    public String toString() {
        return ranges + " with " + takenCount() + " of " + size() + " taken";
    }
}
