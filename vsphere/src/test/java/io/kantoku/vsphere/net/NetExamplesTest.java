package io.kantoku.vsphere.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class NetExamplesTest {
    @Test
    void masksTheHostBitsOfClusterBlocksOnRequestOnly() {
        assertThat(Cidr.parseMasked("193.0.2.0/16")).hasToString("193.0.0.0/16");
        assertThat(Cidr.parseMasked("195.51.100.0/12")).hasToString("195.48.0.0/12");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.parse("195.51.100.0/12"))
                .withMessage("195.51.100.0/12 is not the start of its block; write 195.48.0.0/12");
    }

    @Test
    void readsRangesInAllTheirForms() {
        assertThat(IpRange.parse("10.44.59.51-10.44.59.99").size()).isEqualTo(49);
        assertThat(IpRange.parse("10.44.59.51 - 10.44.59.99")).isEqualTo(IpRange.parse("10.44.59.51-10.44.59.99"));
        assertThat(IpRange.parse("10.10.0.64/26")).hasToString("10.10.0.64-10.10.0.127");
        assertThat(IpRange.parse("10.10.0.64").size()).isEqualTo(1);
        assertThat(IpRange.of(Ipv4Address.parse("172.20.0.20"), 100)).hasToString("172.20.0.20-172.20.0.119");
    }

    @Test
    void splitsTheVipRangeOfTheLabIntoBlocks() {
        assertThat(IpRange.parse("10.44.59.51-10.44.59.99").toCidrs())
                .map(Cidr::toString)
                .containsExactly(
                        "10.44.59.51/32", "10.44.59.52/30", "10.44.59.56/29", "10.44.59.64/27", "10.44.59.96/30");
    }

    @Test
    void handsOutTheVeryFirstAddressOfABlock() {
        AddressPool pool = AddressPool.of(IpRange.parse("192.168.20.128/25"));
        assertThat(pool.allocate().orElseThrow().address()).hasToString("192.168.20.128");
    }

    @Test
    void refusesPoolsWhoseRangesOverlap() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AddressPool.of(IpRange.parse("10.0.0.1-10.0.0.9"), IpRange.parse("10.0.0.8/31")))
                .withMessageContaining("overlap");
    }

    @Test
    void saysWhatIsWrongWithMalformedText() {
        for (String text : List.of("", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4.5", "a.b.c.d", "1.2.3.4 ")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Ipv4Address.parse(text))
                    .withMessageContaining("is not an IPv4 address such as");
        }
        for (String text : List.of("1.2.3.4", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/024", "/24")) {
            assertThatIllegalArgumentException().isThrownBy(() -> InterfaceAddress.parse(text));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpRange.parse("10.0.0.9-10.0.0.1"))
                .withMessage("the range 10.0.0.9-10.0.0.1 ends before it starts");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.of(Ipv4Address.parse("10.0.0.0"), Ipv4Address.parse("255.0.255.0")))
                .withMessageContaining("is not a subnet mask");
    }
}
