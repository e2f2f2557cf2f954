package io.kantoku.network.openflow;

import io.kantoku.network.Ipv4Range;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What packets a flow is for: those whose fields have these values. Two matches that mean the same are equal.
 *
 * @param tests at most one per field, in the order of {@link Field}
 */
public record Match(List<Test> tests) {
    /** Every packet. */
    public static final Match ANY = new Match(List.of());

    private static final int IPV4 = 0x0800;
    private static final int ARP = 0x0806;

    /**
     * One field's test.
     *
     * @param mask the bits that count
     */
    public record Test(Field field, long value, long mask) {
        public Test {
            if ((value & ~mask) != 0 || (mask & ~field.all()) != 0) {
                throw new IllegalArgumentException(field + "=" + value + "/" + mask);
            }
        }
    }

    public Match {
        tests = tests.stream().sorted(Comparator.comparing(Test::field)).toList();
        for (int i = 1; i < tests.size(); i++) {
            if (tests.get(i).field() == tests.get(i - 1).field()) {
                throw new IllegalArgumentException(
                        "two tests of " + tests.get(i).field());
            }
        }
    }

    public static Match ip() {
        return ANY.and(Field.ETH_TYPE, IPV4);
    }

    public static Match arp() {
        return ANY.and(Field.ETH_TYPE, ARP);
    }

    public Match and(Field field, long value) {
        return and(field, value, field.all());
    }

    public Match and(Field field, long value, long mask) {
        List<Test> all = new ArrayList<>(tests);
        all.add(new Test(field, value, mask));
        return new Match(all);
    }

    /** A test of an address field; a range of all addresses is none. */
    public Match and(Field field, Ipv4Range range) {
        return range.prefix() == 0 ? this : and(field, range.first(), range.mask());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Test test : tests) {
            text.append(text.isEmpty() ? "" : ",")
                    .append(test.field().name().toLowerCase(java.util.Locale.ROOT))
                    .append("=0x")
                    .append(Long.toHexString(test.value()));
            if (test.mask() != test.field().all()) {
                text.append("/0x").append(Long.toHexString(test.mask()));
            }
        }
        return text.toString();
    }
}
