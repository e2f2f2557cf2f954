package io.kantoku.network.calico;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.network.Cni;
import io.kantoku.network.Samples;
import io.kantoku.network.services.BalancedPort;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KernelRulesTest {
    private static KernelRules.Text rules(Set<String> present, BalancedPort... services) {
        return KernelRules.of(
                Samples.state(Cni.CALICO, List.of(Samples.pod("a", "192.168.1.2")), List.of(services)), present);
    }

    @Test
    void noNameOfAServiceGetsIntoTheText() {
        String hostile = "x } ; flush ruleset ; #\"";
        String text = rules(Set.of(), Samples.service(hostile, hostile, 30080, 60, "192.168.1.2"))
                .text();
        assertThat(text).doesNotContain("ruleset").doesNotContain("#");
        assertThat(text).contains("30080");
    }

    @Test
    void whatIsStaleGoesInTheSameTransaction() {
        KernelRules.Text first = rules(Set.of(), Samples.service("web", "", 0, 60, "192.168.1.2"));
        KernelRules.Text second = rules(first.names());
        assertThat(first.names()).hasSize(3);
        for (String name : first.names()) {
            assertThat(second.text()).contains(" ip kantoku-pods " + name + "\n");
        }
        assertThat(second.names()).isEmpty();
    }

    @Test
    void setsOfClientsAreKeptAcrossChanges() {
        KernelRules.Text first = rules(Set.of(), Samples.service("web", "", 0, 60, "192.168.1.2"));
        KernelRules.Text second = rules(first.names(), Samples.service("web", "", 0, 60, "192.168.1.2", "192.168.2.2"));
        assertThat(second.text()).doesNotContain("delete set").doesNotContain("flush set ip kantoku-pods aff-");
    }

    @Test
    void routesComeAndGo() {
        Map<String, String> present = RoutePlan.parse("""
                blackhole 192.168.1.0/24
                192.168.2.0/24 via 10.44.59.102 dev eth0 onlink
                192.168.9.7 via 10.44.59.109 dev eth0 onlink
                """);
        assertThat(present).isEqualTo(Map.of("192.168.2.0/24", "10.44.59.102", "192.168.9.7/32", "10.44.59.109"));
        assertThat(RoutePlan.between(
                        present, Map.of("192.168.2.0/24", "10.44.59.102", "192.168.3.0/24", "10.44.59.103")))
                .containsExactly(
                        "route del 192.168.9.7/32 proto 80",
                        "route replace 192.168.3.0/24 via 10.44.59.103 dev eth0 onlink proto 80");
        assertThat(RoutePlan.between(present, present)).isEmpty();
    }
}
