package io.kantoku.vsphere.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.vsphere.net.Cidr;
import org.junit.jupiter.api.Test;

final class AddressPlanTest {
    @Test
    void everythingHasItsPlaceIn256Addresses() {
        AddressPlan plan = AddressPlan.lab();
        assertThat(plan.virtualIps()).hasToString("10.44.59.51-10.44.59.99");
        assertThat(plan.nodes()).hasToString("10.44.59.100-10.44.59.254");
        assertThat(plan.applianceManagement(0)).hasToString("10.44.58.9/24");
    }

    @Test
    void aLargerNetworkHasMoreVirtualIpsAndNodes() {
        AddressPlan plan = new AddressPlan(Cidr.parse("127.1.58.0/24"), Cidr.parse("127.1.64.0/18"));
        assertThat(plan.virtualIps()).hasToString("127.1.64.51-127.1.79.255");
        assertThat(plan.nodes()).hasToString("127.1.80.0-127.1.127.254");
        assertThat(plan.nodes().overlaps(plan.virtualIps())).isFalse();
    }

    @Test
    void refusesNetworksThatOverlapOrAreTooSmall() {
        Cidr network = Cidr.parse("127.1.58.0/24");
        assertThatThrownBy(() -> new AddressPlan(network, network)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AddressPlan(network, Cidr.parse("127.1.59.0/25")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
