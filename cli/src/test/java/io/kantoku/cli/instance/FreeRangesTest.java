package io.kantoku.cli.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.vsphere.embedded.AddressPlan;
import io.kantoku.vsphere.net.Cidr;
import java.io.IOException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class FreeRangesTest {
    @Test
    void findsNetworksOfTheLoopbackInterface() throws IOException {
        AddressPlan plan = FreeRanges.plan(RandomGenerator.getDefault());
        assertThat(Cidr.parse("127.0.0.0/8").contains(plan.management())).isTrue();
        assertThat(Cidr.parse("127.0.0.0/8").contains(plan.workload())).isTrue();
        assertThat(plan.management().overlaps(plan.workload())).isFalse();
        assertThat(FreeRanges.port()).isBetween(1024, 65535);
    }
}
