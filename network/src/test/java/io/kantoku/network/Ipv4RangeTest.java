package io.kantoku.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4RangeTest {
    @Test
    void readsAndCounts() {
        Ipv4Range range = Ipv4Range.parse("192.168.1.77/24");
        assertThat(range).hasToString("192.168.1.0/24");
        assertThat(range.at(1)).isEqualTo("192.168.1.1");
        assertThat(range.last()).isEqualTo(Ipv4Range.address("192.168.1.255"));
        assertThat(range.contains(Ipv4Range.address("192.168.2.0"))).isFalse();
        assertThat(Ipv4Range.parse("0.0.0.0/0").contains(Ipv4Range.address("255.255.255.255")))
                .isTrue();
        assertThat(Ipv4Range.parse("10.0.0.7/32").size()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3.4",
                "1.2.3/8",
                "1.2.3.4/33",
                "1.2.3.256/8",
                "01.2.3.4/8",
                "::1/64",
                "1.2.3.4/8;x",
                "1.2.3.4/-1"
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Ipv4Range.parse(text)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Ipv4Range.find(text)).isEmpty();
    }
}
