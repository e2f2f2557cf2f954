package io.kantoku.loadbalancer.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.lab.Ledger;
import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.ConfigCall;
import io.kantoku.loadbalancer.DataPlaneClient;
import io.kantoku.loadbalancer.LoadBalancerProgrammer;
import io.kantoku.loadbalancer.VirtualServer;
import io.kantoku.loadbalancer.VirtualServer.Port;
import io.kantoku.loadbalancer.VirtualServer.Target;
import io.kantoku.loadbalancer.model.Backend;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.Parent;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reloads of a real HAProxy with a frontend for each service: nobody notices them, and what is programmed answers at once. */
@Timeout(180)
class ReloadIT {
    private static final Path HAPROXY = Path.of(System.getProperty("haproxy", "/usr/sbin/haproxy"));
    private static final int PORT = 20443;
    private static final int VISITORS = 3;
    private static final int RELOADS = 30;

    @TempDir
    Path directory;

    private final HttpServer server = HttpServer.start();
    private final HttpClient http = HttpClient.start();
    private final Site site = Site.open("one");
    private final AtomicBoolean done = new AtomicBoolean();
    private final ExecutorService others = Executors.newVirtualThreadPerTaskExecutor();
    private Ledger ledger;
    private Appliance appliance;
    private LoadBalancerProgrammer programmer;

    ReloadIT() throws IOException {}

    @BeforeEach
    void start() throws IOException {
        ledger = Ledger.open(directory.resolve("ledger"));
        appliance = Appliance.start(
                ApplianceSpec.onHost(
                        "reload",
                        directory.resolve("appliance"),
                        HAPROXY,
                        new InetSocketAddress("127.61.58.9", 0),
                        List.of(Cidr.parse("127.61.59.0/24")),
                        "admin",
                        "secret"),
                server,
                new Processes(ledger, new Random()),
                InstantSource.system());
        programmer = new LoadBalancerProgrammer(List.of(client()), Duration.ofSeconds(60));
    }

    @AfterEach
    void stop() {
        done.set(true);
        others.close();
        appliance.stop();
        ledger.close();
        http.close();
        server.close();
        site.close();
    }

    private DataPlaneClient client() {
        return DataPlaneClient.to(appliance.endpoint(), http);
    }

    private static String vip(int number) {
        return "127.61.59." + number;
    }

    private void put(int number) {
        programmer.put(new VirtualServer(
                "vs-" + number,
                vip(number),
                List.of(new Port("p", PORT, Set.of(new Target("127.0.0.1", site.port()))))));
    }

    @Test
    void dropNoConnection() throws Exception {
        put(10);
        AtomicInteger visits = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        try (Socket held = new Socket(vip(10), PORT)) {
            held.setSoTimeout(20_000);
            for (int i = 0; i < VISITORS; i++) {
                others.submit(() -> {
                    while (!done.get()) {
                        (visited(vip(10)) ? visits : lost).incrementAndGet();
                    }
                });
            }
            for (int i = 1; i <= RELOADS; i++) {
                int before = visits.get();
                put(10 + i);
                while (visits.get() + lost.get() == before) {
                    Thread.sleep(1); // at least one between two reloads
                }
            }
            assertThat(lost)
                    .as("of " + visits + " over " + RELOADS + " reloads")
                    .hasValue(0);
            held.getOutputStream()
                    .write("GET / HTTP/1.0\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII)); // through the first worker of all
            assertThat(new String(held.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .endsWith("one");
        }
    }

    private static boolean visited(String vip) {
        try {
            return Site.get(vip, PORT).equals("one");
        } catch (AssertionError e) {
            return false;
        }
    }

    @Test
    void whatIsProgrammedAnswersWhileAnotherReloadsWithoutPause() {
        DataPlaneClient other = client();
        AtomicInteger theirs = new AtomicInteger();
        others.submit(() -> {
            while (!done.get()) {
                String name = "theirs-" + theirs.incrementAndGet();
                other.change(
                        _ -> List.of(new ConfigCall.Create<>(Kinds.BACKENDS, Parent.NONE, Backend.tcp(name, name))),
                        Duration.ofSeconds(60));
                other.forget();
            }
        });
        for (int i = 1; i <= RELOADS; i++) {
            put(10 + i);
            for (int visit = 0; visit < 5; visit++) {
                assertThat(Site.get(vip(10 + i), PORT)).isEqualTo("one");
            }
        }
        assertThat(theirs.get()).isGreaterThan(1);
    }
}
