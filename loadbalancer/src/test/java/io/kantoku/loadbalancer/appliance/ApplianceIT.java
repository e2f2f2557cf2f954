package io.kantoku.loadbalancer.appliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.lab.Ledger;
import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.ConfigCall;
import io.kantoku.loadbalancer.ConnectionCheck;
import io.kantoku.loadbalancer.DataPlaneClient;
import io.kantoku.loadbalancer.DataPlaneEndpoint;
import io.kantoku.loadbalancer.LoadBalancerProgrammer;
import io.kantoku.loadbalancer.RuntimeServer;
import io.kantoku.loadbalancer.VirtualServer;
import io.kantoku.loadbalancer.VirtualServer.Port;
import io.kantoku.loadbalancer.VirtualServer.Target;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.loadbalancer.model.Defaults;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.Parent;
import io.kantoku.loadbalancer.model.Singletons;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The appliance with a real HAProxy (2.6 of Debian, say) on loopback addresses. */
@Timeout(120)
class ApplianceIT {
    private static final Path HAPROXY = Path.of(System.getProperty("haproxy", "/usr/sbin/haproxy"));

    @TempDir
    Path directory;

    private final HttpServer server = HttpServer.start();
    private final HttpClient http = HttpClient.start();
    private final Site one = Site.open("one");
    private final Site two = Site.open("two");
    private Ledger ledger;
    private Processes processes;
    private Appliance appliance;
    private DataPlaneClient client;
    private LoadBalancerProgrammer programmer;

    ApplianceIT() throws IOException {}

    @BeforeEach
    void start() throws IOException {
        ledger = Ledger.open(directory.resolve("ledger"));
        processes = new Processes(ledger, new Random());
        start(spec());
    }

    private ApplianceSpec spec() {
        return ApplianceSpec.onHost(
                "it",
                directory.resolve("appliance"),
                HAPROXY,
                new InetSocketAddress("127.61.58.9", 0),
                List.of(Cidr.parse("127.61.59.0/24"), Cidr.parse("203.0.113.0/24")),
                "admin",
                "s3cret's \"word\"");
    }

    private void start(ApplianceSpec spec) throws IOException {
        appliance = Appliance.start(spec, server, processes, InstantSource.system());
        client = DataPlaneClient.to(appliance.endpoint(), http);
        programmer = new LoadBalancerProgrammer(List.of(client), Duration.ofSeconds(60));
    }

    @AfterEach
    void stop() {
        appliance.stop();
        assertThat(ledger.entries()).isEmpty();
        ledger.close();
        http.close();
        server.close();
        one.close();
        two.close();
    }

    private static VirtualServer virtualServer(String name, String vip, int port, Site... sites) {
        return new VirtualServer(name, vip, List.of(port("p", port, sites)));
    }

    private static Port port(String name, int port, Site... sites) {
        Set<Target> targets = new TreeSet<>();
        Arrays.stream(sites).forEach(site -> targets.add(new Target("127.0.0.1", site.port())));
        return new Port(name, port, targets);
    }

    @Test
    void servesAVirtualServerAndChangesItsServers() {
        programmer.put(virtualServer("vs", "127.61.59.51", 20443, one));
        assertThat(Site.get("127.61.59.51", 20443)).isEqualTo("one");

        programmer.put(virtualServer("vs", "127.61.59.51", 20443, one, two));
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            seen.add(Site.get("127.61.59.51", 20443));
        }
        assertThat(seen).containsExactlyInAnyOrder("one", "two");
        assertThat(client.servers("vs-p")).hasSize(2).allMatch(RuntimeServer::serving);

        programmer.put(virtualServer("vs", "127.61.59.51", 20443, two));
        assertThat(Site.get("127.61.59.51", 20443)).isEqualTo("two");

        programmer.remove("vs");
        assertThat(Site.refused("127.61.59.51", 20443)).isTrue();
    }

    @Test
    void servesSeveralPortsOfOneAddressAndOfSeveral() {
        programmer.apply(
                "own-",
                List.of(
                        new VirtualServer(
                                "own-a", "127.61.59.52", List.of(port("http", 20080, one), port("https", 20443, two))),
                        virtualServer("own-b", "127.61.59.53", 20080, two)));

        assertThat(Site.get("127.61.59.52", 20080)).isEqualTo("one");
        assertThat(Site.get("127.61.59.52", 20443)).isEqualTo("two");
        assertThat(Site.get("127.61.59.53", 20080)).isEqualTo("two");
        assertThat(Site.refused("127.61.59.53", 20443)).isTrue();
    }

    @Test
    void refusesWhatItCannotServeAndDisturbsNobody() throws Exception {
        programmer.put(virtualServer("good", "127.61.59.54", 20080, one));
        AtomicInteger answered = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var visitor = threads.submit(() -> {
                while (!done.get()) {
                    assertThat(Site.get("127.61.59.54", 20080)).isEqualTo("one");
                    answered.incrementAndGet();
                }
            });
            assertRefused("203.0.113.1", "the address is not local to the appliance");
            assertRefused("127.61.60.1", "the appliance answers for 127.61.59.0/24, 203.0.113.0/24 only");
            assertThatThrownBy(() -> programmer.put(virtualServer("copy", "127.61.59.54", 20080, two)))
                    .hasMessageContaining("which frontend good has");
            assertThatThrownBy(() -> programmer.put(virtualServer(
                            "taken", "127.61.58.9", appliance.apiAddress().getPort(), two)))
                    .hasMessageContaining("another process listens there");
            for (int i = 0; i < 5; i++) {
                programmer.put(virtualServer("vs" + i, "127.61.59.55", 20080 + i, two));
            }
            done.set(true);
            visitor.get();
        }
        assertThat(answered.get()).isPositive();
        assertThat(client.read().print()).doesNotContain("203.0.113.1", "copy", "taken");
    }

    private void assertRefused(String vip, String reason) {
        assertThatThrownBy(() -> programmer.put(virtualServer("bad", vip, 20080, two)))
                .isInstanceOfSatisfying(
                        DataPlaneException.class, e -> assertThat(e.code()).isEqualTo(Code.BAD_REQUEST))
                .hasMessageContaining(reason);
    }

    @Test
    void tellsHaproxysOwnWordsAboutABadConfiguration() {
        assertThatThrownBy(() -> client.change(
                        observed -> List.of(new ConfigCall.Create<>(
                                Kinds.BACKEND_SWITCHING_RULES,
                                Parent.frontend("none"),
                                io.kantoku.loadbalancer.model.Rule.forPort(0, "x", 1))),
                        Duration.ofSeconds(5)))
                .hasMessageContaining("frontend none does not exist");
        programmer.put(virtualServer("vs", "127.61.59.56", 20080, one));
        assertThatThrownBy(() -> client.change(
                        observed -> List.of(new ConfigCall.Replace<>(
                                Kinds.BACKEND_SWITCHING_RULES,
                                Parent.frontend("vs"),
                                "0",
                                io.kantoku.loadbalancer.model.Rule.forPort(0, "missing", 1))),
                        Duration.ofSeconds(5)))
                .isInstanceOfSatisfying(
                        DataPlaneException.class, e -> assertThat(e.code()).isEqualTo(Code.BAD_REQUEST))
                .hasMessageContaining("unable to find required use_backend: 'missing'");
        assertThat(Site.get("127.61.59.56", 20080)).isEqualTo("one");
    }

    @Test
    void namesTheLineThatIsWrong() throws IOException {
        Path file = directory.resolve("candidate");
        assertThatThrownBy(() -> new HaproxyCheck(HAPROXY, file).check("global\n\nfrontend a\n  nonsense here\n"))
                .hasMessageContaining("[haproxy.cfg:4]")
                .hasMessageContaining("nonsense");
    }

    @Test
    void comesBackWhenHaproxyIsKilled() {
        programmer.put(virtualServer("vs", "127.61.59.57", 20080, one));
        long before = appliance.haproxyPid();

        assertThat(ProcessHandle.of(before).orElseThrow().destroyForcibly()).isTrue();

        await(
                "another HAProxy",
                () -> appliance.running() && appliance.haproxyPid() != before && !Site.refused("127.61.59.57", 20080));
        assertThat(Site.get("127.61.59.57", 20080)).isEqualTo("one");
        programmer.put(virtualServer("vs", "127.61.59.57", 20080, two));
        assertThat(Site.get("127.61.59.57", 20080)).isEqualTo("two");
    }

    @Test
    void keepsHaproxyOverARestartOfItsOwn() throws IOException {
        programmer.put(virtualServer("vs", "127.61.59.58", 20080, one));
        long pid = appliance.haproxyPid();
        String authority = appliance.authorityPem();
        long version = client.read().version();

        restart(spec());

        assertThat(appliance.haproxyPid()).isEqualTo(pid);
        assertThat(appliance.authorityPem()).isEqualTo(authority);
        assertThat(client.read().version()).isEqualTo(version);
        assertThat(Site.get("127.61.59.58", 20080)).isEqualTo("one");
        programmer.put(virtualServer("vs2", "127.61.59.58", 20081, two));
        assertThat(Site.get("127.61.59.58", 20081)).isEqualTo("two");

        long adopted = appliance.haproxyPid();
        ProcessHandle.of(adopted).orElseThrow().destroyForcibly();
        await(
                "another HAProxy",
                () -> appliance.running() && appliance.haproxyPid() != adopted && !Site.refused("127.61.59.58", 20081));
        assertThat(Site.get("127.61.59.58", 20081)).isEqualTo("two");
    }

    /** Killed after the files of a change were written and before HAProxy had read them: it still listens where nothing is to be. */
    @Test
    void reloadsAnHaproxyThatHadNotReadItsFileYet() throws IOException {
        Path home = directory.resolve("appliance");
        String truth = Files.readString(home.resolve("haproxy.cfg"));
        String engine = Files.readString(home.resolve("engine.cfg"));
        programmer.put(virtualServer("vs", "127.61.59.61", 20080, one));
        assertThat(Site.get("127.61.59.61", 20080)).isEqualTo("one");
        appliance.close();
        Files.writeString(home.resolve("haproxy.cfg"), truth);
        Files.writeString(home.resolve("engine.cfg"), engine);
        Files.writeString(home.resolve("reloading"), "");

        startAgain(spec());

        await("the address is free", () -> Site.refused("127.61.59.61", 20080));
        programmer.put(virtualServer("vs", "127.61.59.61", 20080, two));
        assertThat(Site.get("127.61.59.61", 20080)).isEqualTo("two");
        assertThat(home.resolve("reloading")).doesNotExist();
    }

    private void restart(ApplianceSpec spec) throws IOException {
        appliance.close();
        startAgain(spec);
    }

    private void startAgain(ApplianceSpec spec) throws IOException {
        ledger = Ledger.open(directory.resolve("ledger"));
        processes = new Processes(ledger, new Random());
        start(spec);
    }

    @Test
    void startsWithoutWhatCannotBeServed() throws IOException {
        programmer.put(virtualServer("good", "127.61.59.59", 20080, one));
        appliance.stop();
        Path file = directory.resolve("appliance").resolve("haproxy.cfg");
        String text =
                Files.readString(file) + "\nfrontend lost\n  bind 203.0.113.7:20080 name x\n  default_backend good-p\n";
        Files.writeString(file, text);

        start(spec());

        assertThat(Site.get("127.61.59.59", 20080)).isEqualTo("one");
        assertThat(appliance.quarantine().reasons()).containsOnlyKeys("frontend lost 203.0.113.7:20080");
        assertThat(client.read().print()).contains("bind 203.0.113.7:20080");
        programmer.put(virtualServer("more", "127.61.59.59", 20081, two));
        assertThat(Site.get("127.61.59.59", 20081)).isEqualTo("two");
        assertThat(appliance.quarantine().isEmpty()).isFalse();
    }

    @Test
    void keepsSecretsToItself() throws IOException {
        Path home = directory.resolve("appliance");
        for (String name : List.of("ca.key", "server.key", "haproxy.cfg", "engine.cfg")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
        assertThat(Files.readString(home.resolve("haproxy.cfg")))
                .contains("password $6$")
                .doesNotContain("s3cret");
        assertThat(spec().toString() + client.endpoint()).doesNotContain("s3cret");
    }

    @Test
    void explainsWhyItCannotBeUsed() throws IOException {
        DataPlaneEndpoint right = appliance.endpoint();
        assertThat(ConnectionCheck.check(right, http)).isEmpty();
        assertThat(kind(new DataPlaneEndpoint(
                        right.host(), right.port(), right.authorities(), "admin", "wrong", right.stack())))
                .isEqualTo(ConnectionCheck.Kind.CREDENTIALS);
        assertThat(kind(new DataPlaneEndpoint("127.61.58.8", 1025, right.authorities(), "admin", "x", right.stack())))
                .isEqualTo(ConnectionCheck.Kind.UNREACHABLE);
        Listener plain = server.listen(new ListenSpec(
                "plain",
                right.stack(),
                new InetSocketAddress("127.0.0.1", 0),
                Optional.empty(),
                List.of(),
                exchange -> exchange.respond(200, "text/plain", new byte[0])));
        assertThat(kind(new DataPlaneEndpoint(
                        "127.0.0.1", plain.address().getPort(), right.authorities(), "admin", "x", right.stack())))
                .isEqualTo(ConnectionCheck.Kind.NOT_DATA_PLANE_API);
        ApiIdentity other = ApiIdentity.open(
                Files.createDirectory(directory.resolve("other")),
                "other",
                List.of("127.0.0.1"),
                InstantSource.system());
        assertThat(kind(new DataPlaneEndpoint(
                        right.host(),
                        right.port(),
                        io.kantoku.transport.pki.Pem.certificates(other.authorityPem()),
                        "admin",
                        "x",
                        right.stack())))
                .isEqualTo(ConnectionCheck.Kind.UNTRUSTED);
    }

    private ConnectionCheck.Kind kind(DataPlaneEndpoint endpoint) {
        return ConnectionCheck.check(endpoint, http).orElseThrow().kind();
    }

    @Test
    void takesANewPasswordWhenItIsStartedWithOne() throws IOException {
        ApplianceSpec old = spec();
        restart(new ApplianceSpec(
                old.name(),
                old.directory(),
                old.haproxyBinary(),
                old.apiAddress(),
                List.of(),
                old.vipRanges(),
                "operator",
                "other",
                old.stack(),
                Duration.ZERO,
                Optional.empty(),
                Optional.empty()));

        assertThat(ConnectionCheck.check(appliance.endpoint(), http)).isEmpty();
        DataPlaneEndpoint now = appliance.endpoint();
        assertThat(kind(new DataPlaneEndpoint(
                        now.host(), now.port(), now.authorities(), "admin", old.password(), now.stack())))
                .isEqualTo(ConnectionCheck.Kind.CREDENTIALS);
    }

    @Test
    void startsWithTheVsphereAppliancesSettings() {
        Defaults defaults = Singletons.defaults(client.read());

        assertThat(defaults.clientTimeout()).isEqualTo(10_000);
        assertThat(defaults.connectTimeout()).isEqualTo(9_000);
        assertThat(defaults.tunnelTimeout()).isEqualTo(3_600_000);
        assertThat(client.version()).startsWith("v2.1.0");
    }

    @Test
    void manyReloadsInARowAllTakeEffect() {
        for (int i = 0; i < 20; i++) {
            programmer.put(virtualServer("vs", "127.61.59.60", 20100 + i, i % 2 == 0 ? one : two));
            assertThat(Site.get("127.61.59.60", 20100 + i)).isEqualTo(i % 2 == 0 ? "one" : "two");
            if (i > 0) {
                assertThat(Site.refused("127.61.59.60", 20100 + i - 1)).isTrue();
            }
        }
    }

    /** Nobody tells when another process has come up; so this asks. */
    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("no " + what + " in time").isLessThan(deadline);
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
