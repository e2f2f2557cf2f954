package io.kantoku.loadbalancer.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.lab.Ledger;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.DataPlaneClient;
import io.kantoku.loadbalancer.LoadBalancerProgrammer;
import io.kantoku.loadbalancer.VirtualServer;
import io.kantoku.loadbalancer.VirtualServer.Port;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two appliances that share virtual IPs. */
@Timeout(120)
class PairIT {
    private static final String VIP = "10.99.59.70";

    @TempDir
    Path directory;

    private final TestNetwork network = new TestNetwork();
    private final NetworkNamespace client = network.machine("client", 100, true);
    private final NetworkNamespace[] machines = {network.machine("lb2", 2, true), network.machine("lb3", 3, true)};
    private final HttpServer server = HttpServer.start();
    private final HttpClient http = HttpClient.start();
    private final RemoteSite site = RemoteSite.open(client, "10.99.59.100", "one");
    private final Appliance[] appliances = new Appliance[2];
    private Ledger ledger;
    private Processes processes;
    private LoadBalancerProgrammer programmer;

    PairIT() throws IOException {}

    @BeforeEach
    void start() throws Exception {
        ledger = Ledger.open(directory.resolve("ledger"));
        processes = new Processes(ledger, new Random());
        for (int i = 0; i < 2; i++) {
            appliances[i] = start(i);
        }
        programmer = new LoadBalancerProgrammer(List.of(client(0), client(1)), Duration.ofSeconds(60));
        await(() -> appliances[0].active());
        programmer.put(new VirtualServer("vs", VIP, List.of(new Port("p", 443, Set.of(site.target())))));
    }

    private DataPlaneClient client(int which) {
        return DataPlaneClient.to(appliances[which].endpoint().from(client), http);
    }

    private Appliance start(int which) throws IOException {
        int host = 2 + which;
        int other = 3 - which;
        return Appliance.start(
                ApplianceSpec.onHost(
                                "it" + host,
                                directory.resolve("appliance" + host),
                                Path.of(System.getProperty("haproxy", "/usr/sbin/haproxy")),
                                new InetSocketAddress("10.99.58." + host, 5556),
                                List.of(Cidr.parse("10.99.59.64/27")),
                                "admin",
                                "secret")
                        .withOwnAddresses(List.of("10.99.58." + host, "10.99.59." + host))
                        .in(MachineNetwork.of(machines[which]))
                        .withPair(new PairSpec(which == 0, addresses(host), addresses(other))),
                server,
                processes,
                InstantSource.system());
    }

    private static List<InetSocketAddress> addresses(int host) {
        return List.of(
                new InetSocketAddress(InetAddress.ofLiteral("10.99.58." + host), PairSpec.PORT),
                new InetSocketAddress(InetAddress.ofLiteral("10.99.59." + host), PairSpec.PORT));
    }

    @AfterEach
    void stop() {
        for (Appliance appliance : appliances) {
            appliance.stop();
        }
        ledger.close();
        http.close();
        server.close();
        site.close();
        network.close();
    }

    @Test
    void oneHoldsTheAddressesAndTheOtherTakesThemWhenItStops() throws Exception {
        assertThat(appliances[1].active()).isFalse();
        assertThat(owners()).isEqualTo(1);
        assertThat(RemoteSite.get(client, VIP, 443)).isEqualTo("one");

        appliances[0].stop();
        assertThat(RemoteSite.get(client, VIP, 443)).isEqualTo("one");
        assertThat(appliances[1].active()).isTrue();
        assertThat(owners()).isEqualTo(1);

        appliances[0] = start(0);
        Thread.sleep(1500); // long enough for it to take the addresses back, which it must not
        assertThat(appliances[1].active()).isTrue();
        assertThat(appliances[0].active()).isFalse();
        assertThat(owners()).isEqualTo(1);
        appliances[1].stop();
        assertThat(RemoteSite.get(client, VIP, 443)).isEqualTo("one");
        appliances[1] = start(1);
    }

    @Test
    void theOtherTakesTheAddressesWhenTheFirstIsCutOff() throws Exception {
        assertThat(RemoteSite.get(client, VIP, 443)).isEqualTo("one");
        network.cable("management", 2, false);
        Thread.sleep(1000); // one network is enough to know that the other one lives
        assertThat(appliances[1].active()).isFalse();

        network.cable("workload", 2, false);
        long begin = System.nanoTime();
        await(() -> appliances[1].active());
        assertThat(RemoteSite.get(client, VIP, 443)).isEqualTo("one");
        System.out.println("black-out of at most "
                + Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms");

        network.cable("workload", 2, true);
        network.cable("management", 2, true);
        await(() -> owners() == 1);
        assertThat(RemoteSite.get(client, VIP, 443)).isEqualTo("one");
    }

    @Test
    void aRollingReplacementOfBothLosesNoNewConnection() throws Exception {
        AtomicInteger made = new AtomicInteger();
        List<String> lost = new CopyOnWriteArrayList<>();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger mostOwners = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                while (!done.get()) {
                    try (RemoteSite.Visit visit = RemoteSite.visit(client, VIP, 443)) {
                        assertThat(visit.ask()).isEqualTo("one");
                        made.incrementAndGet();
                    } catch (IOException e) {
                        lost.add(e.toString());
                    }
                    pause(2);
                }
            }));
        }
        threads.add(Thread.ofVirtual().start(() -> {
            while (!done.get()) {
                mostOwners.accumulateAndGet((int) owners(), Math::max);
                pause(50);
            }
        }));
        for (int which = 0; which < 2; which++) {
            appliances[which].stop();
            try (Stream<Path> files = Files.walk(directory.resolve("appliance" + (2 + which)))) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
            int other = 1 - which;
            await(() -> appliances[other].active());
            appliances[which] = start(which);
            new LoadBalancerProgrammer(List.of(client(which)), Duration.ofSeconds(30))
                    .put(new VirtualServer("vs", VIP, List.of(new Port("p", 443, Set.of(site.target())))));
            int before = made.get();
            await(() -> made.get() > before + 50);
        }
        done.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(lost).as("of " + made).isEmpty();
        assertThat(mostOwners).hasValue(1);
    }

    private long owners() {
        long owners = 0;
        for (NetworkNamespace machine : machines) {
            owners += TestNetwork.in(machine, "ip", "route", "show", "table", "local")
                            .contains("10.99.59.64/27")
                    ? 1
                    : 0;
        }
        return owners;
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(10);
        }
    }
}
