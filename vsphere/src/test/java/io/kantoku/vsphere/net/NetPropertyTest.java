package io.kantoku.vsphere.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.vsphere.Property;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Laws of address arithmetic, with random values and against a model. */
class NetPropertyTest {
    private static final int RUNS = 2_000;

    @Test
    void addressesAreReadAsTheyAreWritten() {
        Property.holds(RUNS, random -> {
            Ipv4Address address = address(random);
            assertThat(Ipv4Address.parse(address.toString())).isEqualTo(address);
            assertThat(address.toInetAddress().getHostAddress()).isEqualTo(address.toString());
        });
    }

    @Test
    void addressesAreOrderedAsUnsignedNumbers() {
        Property.holds(RUNS, random -> {
            Ipv4Address one = address(random);
            Ipv4Address other = address(random);
            assertThat(Integer.signum(one.compareTo(other))).isEqualTo(Long.signum(one.minus(other)));
            assertThat(other.plus(one.minus(other))).isEqualTo(one);
        });
    }

    @Test
    void aMaskedBlockContainsTheAddressItCameFrom() {
        Property.holds(RUNS, random -> {
            Ipv4Address address = address(random);
            int prefix = random.nextInt(33);
            Cidr block = Cidr.parseMasked(address + "/" + prefix);
            assertThat(block.contains(address)).isTrue();
            assertThat(block.contains(block.base())).isTrue();
            assertThat(block.contains(block.last())).isTrue();
            assertThat(block.range().size()).isEqualTo(block.size());
            assertThat(Cidr.of(address, block.mask())).isEqualTo(block);
            assertThat(Cidr.parse(block.toString())).isEqualTo(block);
        });
    }

    @Test
    void blocksOverlapWhenTheirRangesDo() {
        Property.holds(RUNS, random -> {
            Cidr one = near(random);
            Cidr other = near(random);
            assertThat(one.overlaps(other))
                    .isEqualTo(one.range().overlaps(other.range()))
                    .isEqualTo(other.overlaps(one));
            assertThat(one.contains(other)).isEqualTo(one.range().contains(other.range()));
        });
    }

    @Test
    void aRangeIsSplitIntoTheFewestBlocksThatAreExactlyIt() {
        Property.holds(RUNS, random -> {
            IpRange range = range(random, random.nextBoolean() ? 300 : 1 << 30);
            List<Cidr> blocks = range.toCidrs();
            assertThat(blocks.getFirst().base()).isEqualTo(range.first());
            assertThat(blocks.getLast().last()).isEqualTo(range.last());
            for (int i = 1; i < blocks.size(); i++) {
                Cidr left = blocks.get(i - 1);
                Cidr right = blocks.get(i);
                assertThat(right.base()).isEqualTo(left.last().plus(1));
                boolean joins = left.prefix() == right.prefix()
                        && left.prefix() > 0
                        && Cidr.parseMasked(left.base() + "/" + (left.prefix() - 1))
                                .contains(right);
                assertThat(joins).isFalse();
            }
        });
    }

    @Test
    void theWholeAddressSpaceIsOneBlock() {
        Cidr all = Cidr.parse("0.0.0.0/0");
        assertThat(all.range().toCidrs()).containsExactly(all);
        assertThat(all.size()).isEqualTo(1L << 32);
    }

    @Test
    void aPoolHandsOutTheFirstFreeAddressAsAModelDoes() throws Exception {
        Property.holds(200, random -> {
            List<IpRange> ranges = disjoint(random);
            List<Ipv4Address> all = new ArrayList<>();
            ranges.forEach(range -> {
                for (long i = 0; i < range.size(); i++) {
                    all.add(range.first().plus(i));
                }
            });
            AddressPool pool = AddressPool.of(ranges);
            TreeSet<Ipv4Address> taken = new TreeSet<>();
            for (int step = 0; step < 80; step++) {
                if (random.nextInt(3) > 0) {
                    Optional<Ipv4Address> expected = all.stream()
                            .filter(address -> !taken.contains(address))
                            .findFirst();
                    Optional<AddressPool.Allocation> got = pool.allocate();
                    assertThat(got.map(AddressPool.Allocation::address)).isEqualTo(expected);
                    pool = got.map(AddressPool.Allocation::remaining).orElse(pool);
                    expected.ifPresent(taken::add);
                } else {
                    Ipv4Address some = all.get(random.nextInt(all.size()));
                    if (random.nextBoolean()) {
                        pool = pool.take(some);
                        taken.add(some);
                    } else {
                        pool = pool.release(some);
                        taken.remove(some);
                    }
                    assertThat(pool.isTaken(some)).isEqualTo(taken.contains(some));
                }
                assertThat(pool.takenCount()).isEqualTo(taken.size());
                assertThat(pool.free()).isEqualTo(all.size() - taken.size());
            }
        });
    }

    private static Ipv4Address address(Random random) {
        return new Ipv4Address(random.nextInt());
    }

    /** Blocks that often meet. */
    private static Cidr near(Random random) {
        return Cidr.parseMasked(
                new Ipv4Address(0x0a2c_0000 | random.nextInt(1 << 10)) + "/" + (20 + random.nextInt(13)));
    }

    private static IpRange range(Random random, int most) {
        long first = random.nextLong(1L << 32);
        long size = Math.min(1 + random.nextInt(most), (1L << 32) - first);
        return IpRange.of(Ipv4Address.ofUnsigned(first), size);
    }

    private static List<IpRange> disjoint(Random random) {
        List<IpRange> ranges = new ArrayList<>();
        Ipv4Address at = Ipv4Address.parse("10.44.59.51");
        for (int i = random.nextInt(3); i >= 0; i--) {
            IpRange range = IpRange.of(at, 1 + random.nextInt(12));
            ranges.add(random.nextBoolean() ? 0 : ranges.size(), range);
            at = range.last().plus(1 + random.nextInt(5));
        }
        return ranges;
    }

    @Test
    void neverLooksANameUp() throws Exception {
        assertThat(Ipv4Address.parse("10.44.59.51").toInetAddress()).isEqualTo(InetAddress.getByName("10.44.59.51"));
    }
}
