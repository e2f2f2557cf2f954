package io.kantoku.lab.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {
    @Test
    void bitsBeyondThePrefixAreDropped() {
        assertThat(Subnet.parse("195.51.100.0/12")).hasToString("195.48.0.0/12");
        assertThat(Subnet.parse("255.255.255.255/0")).hasToString("0.0.0.0/0");
    }

    @Test
    void anAddressIsABlockOfOne() {
        assertThat(Subnet.parse("10.44.59.51")).hasToString("10.44.59.51/32");
    }

    @Test
    void containsWhatLiesInIt() {
        Subnet subnet = Subnet.parse("10.44.59.0/24");
        assertThat(subnet.contains(Subnet.parse("10.44.59.128/25"))).isTrue();
        assertThat(subnet.contains(subnet)).isTrue();
        assertThat(subnet.contains(Subnet.parse("10.44.58.0/23"))).isFalse();
        assertThat(subnet.contains(Subnet.parse("10.44.60.1"))).isFalse();
    }

    @Test
    void addressesAreCountedFromTheFirst() {
        assertThat(Subnet.parse("10.44.59.0/24").address(1)).isEqualTo("10.44.59.1");
        assertThatThrownBy(() -> Subnet.parse("10.0.0.0/31").address(2)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0", "10.0.0.256", "10.0.0.0/33", "10.0.0.0/8; reboot", "::1/128"})
    void refusesWhatIsNoBlock(String text) {
        assertThatThrownBy(() -> Subnet.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
