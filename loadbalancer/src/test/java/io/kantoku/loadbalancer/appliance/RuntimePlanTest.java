package io.kantoku.loadbalancer.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.loadbalancer.model.HaproxyConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RuntimePlanTest {
    private static final RuntimePlan.Maps MAPS = new RuntimePlan.Maps("/p", "/b");
    private static final String BASE = "global\n\ndefaults\n  mode tcp\n";
    private static final String WEB = """

            frontend web
              bind 10.0.0.1:80 name a
              use_backend be if { dst_port 80 }

            backend be
              balance roundrobin
              server s1 10.1.0.1:8080 check weight 100
            """;

    private final EngineModel.Reader reader =
            new EngineModel.Reader(Interception.TPROXY, List.of(Cidr.parse("10.0.0.0/24")));
    private final EngineModel empty = reader.read(HaproxyConfig.parse(BASE));
    private final EngineModel web = reader.read(HaproxyConfig.parse(BASE + WEB));
    private final Slots slots =
            Slots.plan(List.of(), Map.of(web.pooled().get("be").shape(), 4), Slots.NONE);

    private Optional<RuntimePlan> plan(EngineModel from, EngineModel to, Slots taken) {
        return RuntimePlan.of(from, to, taken, Set.of(), MAPS);
    }

    @Test
    void aServiceComesFromTheBackToTheFrontAndGoesTheOtherWay() {
        RuntimePlan come = plan(empty, web, slots).orElseThrow();
        String slot = come.slots().taken().get("be");
        assertThat(come.opening())
                .containsExactly(
                        "add server " + slot + "/s1 10.1.0.1:8080 weight 100 check",
                        "enable health " + slot + "/s1",
                        "enable server " + slot + "/s1",
                        "add map /b be " + slot,
                        "add map /p 10.0.0.1:80 be");
        RuntimePlan go = plan(web, empty, come.slots()).orElseThrow();
        assertThat(go.closing()).containsExactly("del map /p 10.0.0.1:80");
        assertThat(go.opening()).containsExactly("del map /b be");
        assertThat(go.leaving()).containsExactly(new RuntimePlan.Leaving(slot, "s1"));
        assertThat(go.slots().taken()).isEmpty();
    }

    @Test
    void serversChangeInPlace() {
        Slots taken = plan(empty, web, slots).orElseThrow().slots();
        String slot = taken.taken().get("be");
        EngineModel changed = reader.read(HaproxyConfig.parse(BASE
                + WEB.replace("weight 100", "weight 50").replace("balance", "server s2 10.1.0.2:8080\n  balance")));
        assertThat(plan(web, changed, taken).orElseThrow().opening())
                .containsExactlyInAnyOrder(
                        "set server " + slot + "/s1 weight 50",
                        "add server " + slot + "/s2 10.1.0.2:8080 weight 1",
                        "enable server " + slot + "/s2");
    }

    @Test
    void anythingElseTakesAReload() {
        Slots taken = plan(empty, web, slots).orElseThrow().slots();
        assertThat(plan(web, read(WEB.replace("  use_backend", "  maxconn 5\n  use_backend")), taken))
                .isEmpty();
        assertThat(plan(web, read(WEB.replace("balance roundrobin", "balance leastconn")), taken))
                .isEmpty(); // no slot of that shape
        assertThat(plan(web, read(WEB.replace("10.0.0.1:80", "192.0.2.1:80")), taken))
                .isEmpty(); // not a virtual IP
        assertThat(plan(web, read(WEB.replace("check weight", "check inter 5s weight")), taken))
                .isEmpty(); // the server would have to go and come again
        assertThat(plan(empty, web, Slots.NONE)).isEmpty();
    }

    private EngineModel read(String text) {
        return reader.read(HaproxyConfig.parse(BASE + text));
    }

    @Test
    void aPlaceIsFreeOnlyWhenItsLastServerHasGone() {
        Slots one = Slots.plan(List.of(), Map.of(), Slots.NONE);
        assertThat(one.sizes()).isEmpty();
        Slots taken = plan(empty, web, slots).orElseThrow().slots();
        RuntimePlan go = plan(web, empty, taken).orElseThrow();
        Set<RuntimePlan.Leaving> leaving = Set.copyOf(go.leaving());
        RuntimePlan again =
                RuntimePlan.of(empty, web, go.slots(), leaving, MAPS).orElseThrow();
        assertThat(again.slots().taken().get("be")).isNotEqualTo(taken.taken().get("be"));
    }

    @Test
    void sourcesAndAddressesBecomeElements() {
        EngineModel some = read(
                WEB.replace(
                        "  use_backend",
                        "  tcp-request connection accept if { src 10.9.0.0/16 }\n  tcp-request connection reject\n  use_backend"));
        assertThat(PacketFilter.change(empty.served(), some.served())).isEqualTo("""
                add element ip kantoku_lb allowed { 10.0.0.1 . 80 . 10.9.0.0/16 }
                add element ip kantoku_lb restricted { 10.0.0.1 . 80 }
                add element ip kantoku_lb ports { 10.0.0.1 . 80 }
                add element arp kantoku_lb addresses { 10.0.0.1 }
                """);
        assertThat(PacketFilter.change(some.served(), some.served())).isEmpty();
        assertThat(PacketFilter.change(some.served(), empty.served())).startsWith("delete element ip kantoku_lb ports");
    }
}
