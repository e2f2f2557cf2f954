package io.kantoku.tkg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.tkg.objects.Kinds;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Services ask for is what a real HAProxy does. */
@Timeout(120)
class BalancedServicesIT {
    private static final int PORT = 20080;

    @TempDir
    Path disks;

    private BalancedWorld balanced;
    private WebSite one;
    private WebSite two;

    @BeforeEach
    void start() throws IOException {
        one = WebSite.open("one", BalancedWorld.node(1), 0);
        two = WebSite.open("two", BalancedWorld.node(2), one.port());
        balanced = new BalancedWorld(disks, disks.resolve("appliance"), 2);
    }

    @AfterEach
    void stop() throws IOException {
        balanced.close();
        one.close();
        two.close();
    }

    private Set<String> seen(int visits) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < visits; i++) {
            seen.add(WebSite.at(BalancedWorld.VIP, PORT));
        }
        return seen;
    }

    @Test
    void connectionsAreSpreadAndThoseOfADrainedNodeComeToTheirEnd() throws Exception {
        balanced.service("web", "", "", one.port(), 1, 2);
        balanced.awaitReason("web", "Programmed");
        assertThat(balanced.vip("web")).isEqualTo(BalancedWorld.VIP);
        assertThat(seen(6)).containsExactlyInAnyOrder("one", "two");

        balanced.endpoints("web", one.port(), 1);
        BalancedWorld.await("two is out", () -> seen(4).equals(Set.of("one")));
        try (WebSite.Visit visit = WebSite.Visit.to(BalancedWorld.VIP, PORT)) {
            assertThat(visit.ask()).isEqualTo("one");
            balanced.endpoints("web", one.port(), 2);
            BalancedWorld.await("one is out", () -> seen(4).equals(Set.of("two")));
            assertThat(visit.ask()).isEqualTo("one");
        }
        balanced.endpoints("web", one.port());
        BalancedWorld.await("no node serves", () -> seen(2).equals(Set.of("nobody")));
    }

    @Test
    void aNodeThatDiesIsOutWithinThreeSeconds() throws Exception {
        balanced.service("web", "", "", one.port(), 1, 2);
        balanced.awaitReason("web", "Programmed");
        assertThat(seen(6)).contains("two");
        two.close();
        long begin = System.nanoTime();
        BalancedWorld.await(
                "two is out",
                () -> balanced.client().servers(frontend("web") + "-20080").stream()
                        .anyMatch(server -> !server.serving()));
        assertThat((System.nanoTime() - begin) / 1e9).isLessThan(15); // 3 s on a machine that does nothing else
        assertThat(seen(6)).containsExactly("one");
    }

    private static String frontend(String service) {
        return "domain-c8:" + TkgWorld.SUPERVISOR + "-ns1-" + service;
    }

    @Test
    void aClientKeepsItsServerWithSessionAffinity() throws Exception {
        balanced.service("web", "sessionAffinity: ClientIP", "", one.port(), 1, 2);
        balanced.awaitReason("web", "Programmed");
        assertThat(seen(8)).hasSize(1);
    }

    @Test
    void onlyTheNamedNetworksGetIn() throws Exception {
        balanced.service("web", "loadBalancerSourceRanges: ['192.0.2.0/24']", "", one.port(), 1);
        balanced.awaitReason("web", "Programmed");
        assertThat(seen(2)).containsExactly("nobody");
        balanced.service("web", "loadBalancerSourceRanges: ['192.0.2.0/24', '127.0.0.0/8']", "", one.port(), 1);
        BalancedWorld.await("this host gets in", () -> seen(2).equals(Set.of("one")));
        balanced.service("web", "loadBalancerSourceRanges: ['everywhere']", "", one.port(), 1);
        assertThat(balanced.awaitReason("web", "InvalidService")).contains("\"everywhere\" is not an IPv4 network");
        assertThat(balanced.told("web", "InvalidService")).isTrue();
    }

    @Test
    void aNodeWithoutLocalEndpointsGetsNothingUnderThePolicyLocal() throws Exception {
        String prefix = "virtualmachineservice.vmoperator.vmware.com/service.";
        try (WebSite health = WebSite.open("health", BalancedWorld.node(1), 0);
                WebSite otherHealth = WebSite.open("health", BalancedWorld.node(2), health.port())) {
            health.status = 503;
            balanced.service(
                    "web",
                    "",
                    "'%sexternalTrafficPolicy': Local, '%shealthCheckNodePort': '%d'"
                            .formatted(prefix, prefix, health.port()),
                    one.port(),
                    1,
                    2);
            balanced.awaitReason("web", "Programmed");
            BalancedWorld.await("one has no endpoints", () -> seen(6).equals(Set.of("two")));
            health.status = 200;
            otherHealth.status = 503;
            BalancedWorld.await("two has none", () -> seen(6).equals(Set.of("one")));
        }
    }

    @Test
    void serversLearnTheClientsAddressByTheProxyProtocol() throws Exception {
        balanced.service("web", "", "lbapi.kantoku.io/proxy-protocol: v2", one.port(), 1);
        balanced.awaitReason("web", "Programmed");
        assertThat(WebSite.at(BalancedWorld.VIP, PORT)).isEqualTo("one");
        assertThat(List.of(one.firstBytes[0], one.firstBytes[4], one.firstBytes[5]))
                .as("the signature of version 2 is CR LF CR LF NUL CR LF QUIT LF")
                .containsExactly((byte) '\r', (byte) 0, (byte) '\r');
        assertThat(one.firstBytes[13]).as("TCP over IPv4").isEqualTo((byte) 0x11);
        balanced.service("web", "", "lbapi.kantoku.io/proxy-protocol: v3", one.port(), 1);
        assertThat(balanced.awaitReason("web", "InvalidService")).contains("it may be \"v2\" or \"none\"");
    }

    @Test
    void aPortThatIsNotTcpIsRefusedAndNothingOfTheServiceIsServed() throws Exception {
        balanced.service("web", "", "", one.port(), 1);
        balanced.awaitReason("web", "Programmed");
        balanced.apply("""
                metadata: {namespace: ns1, name: web}
                spec: {type: LoadBalancer, ports: [{port: 20080}, {name: dns, port: 53, protocol: UDP}]}
                """);
        assertThat(balanced.awaitReason("web", "UnsupportedPort")).contains("port dns is UDP");
        assertThat(balanced.told("web", "UnsupportedPort")).isTrue();
        assertThatThrownBy(() -> WebSite.Visit.to(BalancedWorld.VIP, PORT).ask())
                .isInstanceOf(SocketException.class);
    }

    @Test
    void rangesCanBeAddedWhileRunning() throws Exception {
        balanced.service("a", "", "", one.port(), 1);
        balanced.service("b", "", "", one.port(), 1);
        balanced.awaitReason("a", "Programmed");
        balanced.awaitReason("b", "Programmed");
        balanced.service("c", "", "", two.port(), 2);
        assertThat(balanced.awaitReason("c", "NoAddress")).contains("all 2 virtual IPs");
        balanced.world.yaml(Kinds.IP_POOL, """
                metadata: {name: haproxy-1, labels: {netoperator.vmware.com/load-balancer: haproxy}}
                spec: {startingAddress: 127.77.59.80, addressCount: 4}
                """);
        balanced.awaitReason("c", "Programmed");
        assertThat(balanced.vip("c")).isEqualTo("127.77.59.80");
        assertThat(WebSite.at("127.77.59.80", PORT)).isEqualTo("two");
    }
}
