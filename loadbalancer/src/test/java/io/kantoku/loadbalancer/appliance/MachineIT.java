package io.kantoku.loadbalancer.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.lab.Ledger;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.ConfigCall;
import io.kantoku.loadbalancer.DataPlaneClient;
import io.kantoku.loadbalancer.LoadBalancerProgrammer;
import io.kantoku.loadbalancer.TrafficPolicy;
import io.kantoku.loadbalancer.VirtualServer;
import io.kantoku.loadbalancer.VirtualServer.Port;
import io.kantoku.loadbalancer.VirtualServer.Target;
import io.kantoku.loadbalancer.model.Bind;
import io.kantoku.loadbalancer.model.Frontend;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.Parent;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The appliance as a machine of its own, visited from another machine of its network. */
@Timeout(120)
class MachineIT {
    @TempDir
    Path directory;

    private final TestNetwork network = new TestNetwork();
    private final NetworkNamespace machine = network.machine("lb", 2, true);
    private final NetworkNamespace client = network.machine("client", 100, true);
    private final HttpServer server = HttpServer.start();
    private final HttpClient http = HttpClient.start();
    private final RemoteSite one = RemoteSite.open(client, "10.99.59.100", "one");
    private final RemoteSite two = RemoteSite.open(client, "10.99.59.100", "two");
    private Ledger ledger;
    private Appliance appliance;
    private LoadBalancerProgrammer programmer;

    MachineIT() throws IOException {}

    @BeforeEach
    void start() throws IOException {
        ledger = Ledger.open(directory.resolve("ledger"));
        appliance = Appliance.start(spec(), server, new Processes(ledger, new Random()), InstantSource.system());
        programmer = new LoadBalancerProgrammer(
                List.of(DataPlaneClient.to(appliance.endpoint().from(client), http)), Duration.ofSeconds(60));
    }

    private ApplianceSpec spec() {
        return ApplianceSpec.onHost(
                        "it",
                        directory.resolve("appliance"),
                        Path.of(System.getProperty("haproxy", "/usr/sbin/haproxy")),
                        new InetSocketAddress("10.99.58.2", 5556),
                        List.of(Cidr.parse("10.99.59.64/27")),
                        "admin",
                        "secret")
                .withOwnAddresses(List.of("10.99.58.2", "10.99.59.2"))
                .in(MachineNetwork.of(machine));
    }

    @AfterEach
    void stop() {
        appliance.stop();
        ledger.close();
        http.close();
        server.close();
        one.close();
        two.close();
        network.close();
    }

    private static VirtualServer virtualServer(String name, String vip, int port, RemoteSite... sites) {
        Set<Target> targets = new java.util.TreeSet<>();
        for (RemoteSite site : sites) {
            targets.add(site.target());
        }
        return new VirtualServer(name, vip, List.of(new Port("p", port, targets)));
    }

    private long reloads() {
        return MasterState.parse(appliance.masterSays("show proc")).reloads();
    }

    @Test
    void servesOtherMachinesWithoutAReload() {
        long before = reloads();
        programmer.put(virtualServer("vs", "10.99.59.70", 443, one));

        assertThat(RemoteSite.get(client, "10.99.59.70", 443)).isEqualTo("one");
        assertThat(RemoteSite.refused(client, "10.99.59.70", 80)).isTrue();

        programmer.put(virtualServer("vs", "10.99.59.70", 443, two));
        assertThat(RemoteSite.get(client, "10.99.59.70", 443)).isEqualTo("two");

        programmer.put(virtualServer("other", "10.99.59.70", 80, one));
        programmer.put(virtualServer("vs", "10.99.59.71", 443, two));
        assertThat(RemoteSite.get(client, "10.99.59.70", 80)).isEqualTo("one");
        assertThat(RemoteSite.get(client, "10.99.59.71", 443)).isEqualTo("two");
        assertThat(RemoteSite.refused(client, "10.99.59.70", 443)).isTrue();

        programmer.remove("vs");
        programmer.remove("other");
        assertThat(reloads()).isEqualTo(before);
        assertThat(TestNetwork.in(machine, "nft", "list", "ruleset")).doesNotContain("10.99.59.7");
    }

    @Test
    void connectionsGoOnWhenTheirServerLeaves() throws IOException {
        programmer.put(virtualServer("vs", "10.99.59.72", 443, one));
        try (RemoteSite.Visit visit = RemoteSite.visit(client, "10.99.59.72", 443)) {
            assertThat(visit.ask()).isEqualTo("one");
            programmer.put(virtualServer("vs", "10.99.59.72", 443, two));
            assertThat(RemoteSite.get(client, "10.99.59.72", 443)).isEqualTo("two");
            assertThat(visit.ask()).isEqualTo("one");
            programmer.put(virtualServer("vs", "10.99.59.72", 443, one));
            assertThat(RemoteSite.get(client, "10.99.59.72", 443)).isEqualTo("one");
            assertThat(visit.ask()).isEqualTo("one");
            programmer.remove("vs");
            assertThat(visit.ask()).isEqualTo("one");
        }
    }

    @Test
    void theSameIsServedAfterKillingEitherProcess() throws Exception {
        programmer.put(virtualServer("vs", "10.99.59.73", 443, one));
        long pid = appliance.haproxyPid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        await(() -> appliance.running() && appliance.haproxyPid() != pid);
        assertThat(RemoteSite.get(client, "10.99.59.73", 443)).isEqualTo("one");

        programmer.put(virtualServer("vs2", "10.99.59.74", 443, two));
        long kept = appliance.haproxyPid();
        long reloads = reloads();
        appliance.close();
        assertThat(RemoteSite.get(client, "10.99.59.74", 443)).isEqualTo("two");
        start();
        assertThat(appliance.haproxyPid()).isEqualTo(kept);
        assertThat(reloads()).isEqualTo(reloads);
        assertThat(RemoteSite.get(client, "10.99.59.74", 443)).isEqualTo("two");
        programmer.put(virtualServer("vs3", "10.99.59.75", 443, one));
        assertThat(RemoteSite.get(client, "10.99.59.75", 443)).isEqualTo("one");
        assertThat(reloads()).isEqualTo(reloads);
    }

    @Test
    void takesConnectionsFromTheNamedNetworksOnly() throws IOException {
        VirtualServer open = virtualServer("vs", "10.99.59.76", 443, one);
        programmer.put(open.with(new TrafficPolicy(List.of("10.99.59.0/25", "192.0.2.0/24"), false, 0, false)));
        assertThat(RemoteSite.get(client, "10.99.59.76", 443)).isEqualTo("one");
        programmer.put(open.with(new TrafficPolicy(List.of("192.0.2.0/24"), true, 0, false)));
        assertThat(RemoteSite.silent(client, "10.99.59.76", 443)).isTrue();
        programmer.put(open);
        assertThat(RemoteSite.get(client, "10.99.59.76", 443)).isEqualTo("one");
        assertThat(reloads()).isZero();
    }

    @Test
    void servesWhatNeedsAReloadOnTheSameAddresses() {
        programmer.put(virtualServer("vs", "10.99.59.77", 443, one));
        Frontend frontend = new Frontend(
                "rich", "tcp", "vs-p", 1000, null, null, null, null, null, null, null, null, null, Map.of());
        DataPlaneClient api = DataPlaneClient.to(appliance.endpoint().from(client), http);
        api.change(
                _ -> List.of(
                        new ConfigCall.Create<>(Kinds.FRONTENDS, Parent.NONE, frontend),
                        new ConfigCall.Create<>(
                                Kinds.BINDS, Parent.frontend("rich"), Bind.of("b", "10.99.59.78", 8443))),
                Duration.ofSeconds(30));
        assertThat(RemoteSite.get(client, "10.99.59.78", 8443)).isEqualTo("one");
        assertThat(RemoteSite.get(client, "10.99.59.77", 443)).isEqualTo("one");
        assertThat(api.servers("vs-p")).hasSize(1);
    }

    @Test
    void redirectsWhereTheKernelHasNoTransparentProxy() throws IOException {
        appliance.stop();
        appliance = Appliance.start(
                spec(), server, new Processes(ledger, new Random()), InstantSource.system(), Interception.REDIRECT);
        programmer = new LoadBalancerProgrammer(
                List.of(DataPlaneClient.to(appliance.endpoint().from(client), http)), Duration.ofSeconds(60));
        programmer.put(virtualServer("vs", "10.99.59.79", 443, two));
        assertThat(RemoteSite.get(client, "10.99.59.79", 443)).isEqualTo("two");
        assertThat(RemoteSite.refused(client, "10.99.59.79", 80)).isTrue();
        assertThat(reloads()).isZero();
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(10);
        }
    }
}
