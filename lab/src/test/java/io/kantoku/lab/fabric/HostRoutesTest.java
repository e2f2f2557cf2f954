package io.kantoku.lab.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostRoutesTest {
    private static final Subnet WORKLOAD = Subnet.parse("10.44.59.0/24");

    private static HostRoutes.Findings check(String routes) {
        return HostRoutes.parse(routes).check(WORKLOAD, "--workload-network");
    }

    @Test
    void aMoreSpecificRouteIsARefusalThatNamesTheOption() {
        HostRoutes.Findings findings = check("[{\"dst\":\"10.44.59.128/25\",\"dev\":\"eth1\",\"protocol\":\"2\"}]");
        assertThat(findings.refusals())
                .singleElement()
                .asString()
                .contains("10.44.59.128/25", "eth1", "--workload-network");
    }

    @Test
    void aRouteOfTheSameRangeIsARefusal() {
        assertThat(check("[{\"dst\":\"10.44.59.0/24\",\"dev\":\"eth1\"}]").refusals())
                .hasSize(1);
    }

    @Test
    void aShorterRouteIsAWarning() {
        HostRoutes.Findings findings = check("[{\"dst\":\"10.0.0.0/8\",\"dev\":\"eth1\"}]");
        assertThat(findings.refusals()).isEmpty();
        assertThat(findings.warnings()).hasSize(1);
    }

    @Test
    void theDefaultRouteAndClosedRangesAndOurOwnRoutesDoNotMatter() {
        HostRoutes.Findings findings = check("[{\"dst\":\"default\",\"dev\":\"eth0\"},"
                + "{\"type\":\"unreachable\",\"dst\":\"10.44.0.0/16\",\"metric\":9999},"
                + "{\"dst\":\"10.44.59.51\",\"dev\":\"kt-abc\",\"protocol\":\"75\"},"
                + "{\"dst\":\"192.168.1.0/24\",\"dev\":\"eth0\",\"protocol\":\"2\"}]");
        assertThat(findings.refusals()).isEmpty();
        assertThat(findings.warnings()).isEmpty();
    }
}
