package io.kantoku.network.antrea;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.network.Cni;
import io.kantoku.network.Samples;
import io.kantoku.network.openflow.Change;
import io.kantoku.network.openflow.FlowSet;
import io.kantoku.network.services.BalancedPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PipelineTest {
    private static FlowSet flows(List<String> pods, BalancedPort... services) {
        return Pipeline.of(
                Samples.state(
                        Cni.ANTREA,
                        pods.stream()
                                .map(address -> Samples.pod(address.replace('.', '-'), address))
                                .toList(),
                        List.of(services)),
                10);
    }

    @Test
    void aPodMoreIsAFewFlowsMore() {
        List<Change> changes = Change.between(
                flows(List.of("192.168.1.2")), flows(List.of("192.168.1.2", "192.168.1.3")), Pipeline.TARGETS);
        assertThat(changes).hasSize(5).allMatch(change -> change instanceof Change.PutFlow);
    }

    @Test
    void anEndpointMoreChangesOneGroup() {
        List<Change> changes = Change.between(
                flows(List.of(), Samples.service("web", "", 0, 0, "192.168.1.2")),
                flows(List.of(), Samples.service("web", "", 0, 0, "192.168.1.2", "192.168.2.2")),
                Pipeline.TARGETS);
        assertThat(changes).hasSize(2);
        assertThat(changes.getFirst()).isInstanceOf(Change.PutFlow.class);
        assertThat(changes.getLast()).isInstanceOf(Change.PutGroup.class);
    }

    @Test
    void groupsHaveTheSameNumbersInEveryLife() {
        BalancedPort web = Samples.service("web", "http", 0, 0, "192.168.1.2");
        BalancedPort other = Samples.service("other", "http", 0, 0, "192.168.1.2");
        Set<Integer> alone = flows(List.of(), web).groups().keySet();
        assertThat(flows(List.of(), other, web).groups().keySet()).containsAll(alone);
    }

    @Test
    void servicesWithoutEndpointsHaveNoFlow() {
        assertThat(flows(List.of(), Samples.service("web", "", 30080, 0))).isEqualTo(flows(List.of()));
    }

    @Test
    void namesWhoseNumbersCollideHaveGroupsOfTheirOwn() {
        // "Aa" and "BB" have one hash code.
        FlowSet set = flows(
                List.of(),
                Samples.service("Aa", "", 0, 0, "192.168.1.2"),
                Samples.service("BB", "", 0, 0, "192.168.1.3"));
        assertThat(set.groups()).hasSize(2);
    }

    @Test
    void aThousandServicesStayApart() {
        List<BalancedPort> services = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            services.add(Samples.service("s" + i, "p", 30_000 + i, 60, "192.168.1." + (2 + i % 200)));
        }
        FlowSet set = Pipeline.of(Samples.state(Cni.ANTREA, List.of(), distinct(services)), 10);
        assertThat(set.groups()).hasSize(2 * distinct(services).size());
    }

    /** The samples' addresses are few. */
    private static List<BalancedPort> distinct(List<BalancedPort> services) {
        List<String> seen = new ArrayList<>();
        List<BalancedPort> distinct = new ArrayList<>();
        for (BalancedPort service : services) {
            if (!seen.contains(service.clusterIp())) {
                seen.add(service.clusterIp());
                distinct.add(service);
            }
        }
        return distinct;
    }
}
