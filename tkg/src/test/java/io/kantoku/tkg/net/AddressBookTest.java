package io.kantoku.tkg.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.vsphere.net.IpRange;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AddressBookTest {
    private static final IpRange RANGE = IpRange.parse("10.44.59.51-10.44.59.60");

    @Test
    void givesTheLowestFreeAddressAndTheSameToTheSameOwner() {
        AddressBook book = new AddressBook();
        book.ranges(List.of(RANGE));
        assertThat(book.claim("a")).contains(Ipv4Address.parse("10.44.59.51"));
        assertThat(book.claim("b")).contains(Ipv4Address.parse("10.44.59.52"));
        assertThat(book.claim("a")).contains(Ipv4Address.parse("10.44.59.51"));
        assertThat(book.release("a")).isTrue();
        assertThat(book.claim("c")).contains(Ipv4Address.parse("10.44.59.51"));
    }

    @Test
    void keepsWhatWasTakenBeforeTheRangesWereKnown() {
        AddressBook book = new AddressBook();
        assertThat(book.claim("control", Ipv4Address.parse("10.44.59.51"))).isTrue();
        book.ranges(List.of(RANGE));
        assertThat(book.claim("a")).contains(Ipv4Address.parse("10.44.59.52"));
        assertThat(book.claim("b", Ipv4Address.parse("10.44.59.51"))).isFalse();
    }

    /** Against a model: a map of owners, and the lowest address that is in nobody's hands. */
    @Test
    void neverGivesAnAddressTwice() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        AddressBook book = new AddressBook();
        book.ranges(List.of(RANGE));
        Map<String, Ipv4Address> model = new HashMap<>();
        for (int step = 0; step < 5000; step++) {
            String owner = "o" + random.nextInt(15);
            String at = "seed " + seed + " step " + step;
            if (random.nextBoolean()) {
                Optional<Ipv4Address> expected =
                        Optional.ofNullable(model.get(owner)).or(() -> lowest(model));
                assertThat(book.claim(owner)).as(at).isEqualTo(expected);
                expected.ifPresent(address -> model.put(owner, address));
            } else {
                assertThat(book.release(owner)).as(at).isEqualTo(model.remove(owner) != null);
            }
            assertThat(book.taken(RANGE)).as(at).isEqualTo(model.size());
        }
    }

    private static Optional<Ipv4Address> lowest(Map<String, Ipv4Address> model) {
        TreeSet<Ipv4Address> taken = new TreeSet<>(model.values());
        for (long i = 0; i < RANGE.size(); i++) {
            if (!taken.contains(RANGE.first().plus(i))) {
                return Optional.of(RANGE.first().plus(i));
            }
        }
        return Optional.empty();
    }
}
