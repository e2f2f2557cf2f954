package io.kantoku.apiserver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressesTest {
    @ParameterizedTest
    @ValueSource(strings = {"10.9.8.7", "0.0.0.0", "::", "::1", "2001:db8::ffff", "::ffff:10.0.0.1", "1:2:3:4:5:6:7:8"})
    void knowsAddresses(String text) {
        assertThat(Addresses.ip(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.9.8",
                "10.9.8.256",
                "010.1.1.1",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "host",
                ":1",
                "1:2:3:4:5:6:7:8:9"
            })
    void refusesWhatIsNone(String text) {
        assertThat(Addresses.ip(text)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "0.0.0.0/0", "fd00::/64"})
    void knowsRanges(String text) {
        assertThat(Addresses.cidr(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0", "10.0.0.0/33", "fd00::/129", "/8", "10.0.0.0/x"})
    void refusesOtherRanges(String text) {
        assertThat(Addresses.cidr(text)).hasSize(1);
    }
}
