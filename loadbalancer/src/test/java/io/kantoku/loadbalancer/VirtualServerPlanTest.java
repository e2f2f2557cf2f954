package io.kantoku.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.loadbalancer.VirtualServer.Port;
import io.kantoku.loadbalancer.VirtualServer.Target;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.Parent;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class VirtualServerPlanTest {
    private static final String OTHERS = """
            # _version=3
            global

            frontend theirs
              mode tcp
              bind 127.0.0.1:99 name x
              use_backend domain-c8:u-shared if { dst_port 99 }

            backend domain-c8:u-shared
              mode tcp
            """;
    private static final HaproxyConfig EMPTY = HaproxyConfig.parse(OTHERS);

    private static VirtualServer server(String name, String vip, int... backendPorts) {
        Set<Target> targets = new TreeSet<>();
        for (int port : backendPorts) {
            targets.add(new Target("10.0.0.1", port));
        }
        return new VirtualServer("domain-c8:u-" + name, vip, List.of(new Port("http", 80, targets)));
    }

    private static List<ConfigCall> plan(HaproxyConfig observed, VirtualServer... wanted) {
        Set<String> ours = new TreeSet<>();
        Kinds.FRONTENDS.list(observed, Parent.NONE).stream()
                .filter(f -> f.name().startsWith("domain-c8:u-"))
                .forEach(f -> ours.add(f.name()));
        return VirtualServerPlan.of(observed, List.of(wanted), ours, backend -> backend.startsWith("domain-c8:u-"));
    }

    private static HaproxyConfig carryOut(HaproxyConfig config, List<ConfigCall> calls) {
        HaproxyConfig changed = config;
        for (ConfigCall call : calls) {
            changed = call.applyTo(changed);
        }
        return changed;
    }

    @Test
    void makesWhatTheSupervisorMakes() {
        VirtualServer two = new VirtualServer(
                "domain-c8:4c1f-ns1-web",
                "10.44.59.52",
                List.of(
                        new Port("https", 443, Set.of(new Target("10.44.59.101", 31443))),
                        new Port(
                                "http",
                                80,
                                Set.of(new Target("10.44.59.101", 31080), new Target("10.44.59.102", 31080)))));

        HaproxyConfig config = carryOut(HaproxyConfig.parse("global\n"), plan(HaproxyConfig.parse("global\n"), two));

        assertThat(config.print()).isEqualTo("""
                        global

                        backend domain-c8:4c1f-ns1-web-https
                          mode tcp
                          balance roundrobin
                          option tcp-check
                          timeout connect 500
                          retries 3
                          log-tag domain-c8:4c1f-ns1-web
                          option redispatch 1
                          default-server inter 1500 fastinter 200 downinter 1000 fall 2 rise 1
                          server domain-c8:4c1f-ns1-web-10.44.59.101:31443 10.44.59.101:31443 check weight 100 verify none

                        backend domain-c8:4c1f-ns1-web-http
                          mode tcp
                          balance roundrobin
                          option tcp-check
                          timeout connect 500
                          retries 3
                          log-tag domain-c8:4c1f-ns1-web
                          option redispatch 1
                          default-server inter 1500 fastinter 200 downinter 1000 fall 2 rise 1
                          server domain-c8:4c1f-ns1-web-10.44.59.101:31080 10.44.59.101:31080 check weight 100 verify none
                          server domain-c8:4c1f-ns1-web-10.44.59.102:31080 10.44.59.102:31080 check weight 100 verify none

                        frontend domain-c8:4c1f-ns1-web
                          mode tcp
                          option tcplog
                          log-tag domain-c8:4c1f-ns1-web
                          bind 10.44.59.52:443 name domain-c8:4c1f-ns1-web-10.44.59.52:https
                          bind 10.44.59.52:80 name domain-c8:4c1f-ns1-web-10.44.59.52:http
                          use_backend domain-c8:4c1f-ns1-web-https if { dst_port 443 }
                          use_backend domain-c8:4c1f-ns1-web-http if { dst_port 80 }
                        """);
    }

    @Test
    void changesOnlyTheServersThatDiffer() {
        HaproxyConfig config = carryOut(EMPTY, plan(EMPTY, server("a", "127.0.0.2", 1, 2, 3)));

        List<ConfigCall> calls = plan(config, server("a", "127.0.0.2", 2, 3, 4));

        assertThat(calls).hasSize(2);
        assertThat(calls.getFirst())
                .isInstanceOfSatisfying(
                        ConfigCall.Delete.class, d -> assertThat(d.key()).isEqualTo("domain-c8:u-a-10.0.0.1:1"));
        assertThat(calls.getLast()).isInstanceOf(ConfigCall.Create.class);
    }

    @Test
    void removesWhatIsNotWantedAndLeavesOthersAlone() {
        HaproxyConfig config = carryOut(EMPTY, plan(EMPTY, server("a", "127.0.0.2", 1), server("b", "127.0.0.3")));

        HaproxyConfig without = carryOut(config, plan(config, server("b", "127.0.0.3")));
        assertThat(without.print())
                .doesNotContain("domain-c8:u-a")
                .contains("domain-c8:u-b")
                .contains("frontend theirs");

        assertThat(carryOut(config, plan(config)).print()).isEqualTo(OTHERS);
    }

    @Test
    void anAddressMovesInOneTransaction() {
        HaproxyConfig config = carryOut(EMPTY, plan(EMPTY, server("a", "127.0.0.2", 1)));

        List<ConfigCall> calls = plan(config, server("b", "127.0.0.2", 1));

        assertThat(calls.getFirst())
                .isInstanceOfSatisfying(
                        ConfigCall.Delete.class, d -> assertThat(d.key()).isEqualTo("domain-c8:u-a"));
    }

    @Test
    void reachesAnyWantedStateFromAnyOtherAndThenRests() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        HaproxyConfig config = EMPTY;
        for (int i = 0; i < 300; i++) {
            List<VirtualServer> wanted = new ArrayList<>();
            for (int n = 0; n < 4; n++) {
                if (random.nextBoolean()) {
                    wanted.add(arbitrary(random, n));
                }
            }
            VirtualServer[] all = wanted.toArray(VirtualServer[]::new);
            config = HaproxyConfig.parse(carryOut(config, plan(config, all)).print());

            assertThat(plan(config, all)).as("seed %d, step %d", seed, i).isEmpty();
            assertThat(config.print()).contains("frontend theirs", "backend domain-c8:u-shared");
            assertThat(Kinds.FRONTENDS.list(config, Parent.NONE)).hasSize(wanted.size() + 1);
        }
        assertThat(carryOut(config, plan(config)).print()).as("seed %d", seed).isEqualTo(OTHERS);
    }

    private static VirtualServer arbitrary(Random random, int n) {
        List<Port> ports = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
            if (p == 0 || random.nextBoolean()) {
                Set<Target> targets = new TreeSet<>();
                for (int t = random.nextInt(4); t > 0; t--) {
                    targets.add(new Target("10.0.0." + random.nextInt(1, 5), 30000 + p));
                }
                ports.add(new Port("p" + p, 80 + p + random.nextInt(2) * 10, targets));
            }
        }
        return new VirtualServer("domain-c8:u-vs" + n, "127.0.1." + (n * 2 + 1 + random.nextInt(2)), ports);
    }

    @Test
    void refusesWhatCannotBeNamedOrReached() {
        assertThatThrownBy(() -> server("a b", "127.0.0.1")).hasMessageContaining("name in body should match");
        assertThatThrownBy(() -> server("a", "example.com")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Target("10.0.0.1", 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VirtualServer("a", "127.0.0.1", List.of())).hasMessageContaining("no ports");
    }
}
