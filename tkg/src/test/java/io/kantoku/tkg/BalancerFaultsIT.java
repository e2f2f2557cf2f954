package io.kantoku.tkg;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.loadbalancer.ConfigCall;
import io.kantoku.loadbalancer.DataPlaneClient;
import io.kantoku.loadbalancer.model.Backend;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.Parent;
import io.kantoku.transport.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of Services when something is wrong with the load balancer: those that are served go on, the others say why not, and
 * all is well by itself when the fault is gone. Needs root for a small file system.
 */
@Timeout(180)
class BalancerFaultsIT {
    private static final int PORT = 20080;

    @TempDir
    Path disks;

    private final WebSite site = WebSite.open("one", BalancedWorld.node(1), 0);
    private BalancedWorld balanced;

    BalancerFaultsIT() throws IOException {}

    /** A world with one Service that is served. */
    private void start(Path home) throws Exception {
        balanced = new BalancedWorld(disks, home, 9);
        balanced.service("web", "", "", site.port(), 1);
        balanced.awaitReason("web", "Programmed");
    }

    @AfterEach
    void stop() throws IOException {
        balanced.close();
        site.close();
    }

    private void theFirstIsServed() {
        assertThat(WebSite.at(BalancedWorld.VIP, PORT)).isEqualTo("one");
    }

    private void isServed(String service) throws Exception {
        balanced.awaitReason(service, "Programmed");
        assertThat(WebSite.at(balanced.vip(service), PORT)).isEqualTo("one");
        theFirstIsServed();
    }

    @Test
    void haproxyIsKilled() throws Exception {
        start(disks.resolve("appliance"));
        long pid = balanced.appliance.haproxyPid();
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
        BalancedWorld.await(
                "another HAProxy serves",
                () -> balanced.appliance.running()
                        && balanced.appliance.haproxyPid() != pid
                        && WebSite.at(BalancedWorld.VIP, PORT).equals("one"));
        balanced.service("next", "", "", site.port(), 1);
        isServed("next");
    }

    @Test
    void theApplianceCannotBeReachedForAWhile() throws Exception {
        start(disks.resolve("appliance"));
        balanced.cutOff();
        balanced.service("next", "", "", site.port(), 1);
        assertThat(balanced.awaitReason("next", "LoadBalancerUnreachable")).contains("127.77.58.9:15556");
        assertThat(balanced.told("next", "LoadBalancerUnreachable")).isTrue();
        assertThat(balanced.vip("next")).isEmpty();
        theFirstIsServed();
        balanced.appliance = balanced.start("secret");
        isServed("next");
    }

    @Test
    void theDiskIsFull() throws Exception {
        Path home = Files.createDirectory(disks.resolve("small"));
        command("mount", "-t", "tmpfs", "-o", "size=4m,mode=0755", "tmpfs", home.toString());
        try {
            start(home.resolve("appliance"));
            Path ballast = home.resolve("ballast");
            fill(ballast);
            balanced.service("next", "", "", site.port(), 1);
            assertThat(balanced.awaitReason("next", "ProgrammingFailed")).contains("No space left on device");
            assertThat(balanced.told("next", "ProgrammingFailed")).isTrue();
            theFirstIsServed();
            Files.delete(ballast);
            isServed("next");
            balanced.close();
        } finally {
            command("umount", home.toString());
        }
    }

    private static void fill(Path file) throws IOException {
        byte[] block = new byte[4096];
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static void command(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0)
                .as(String.join(" ", command) + ": " + said)
                .isTrue();
    }

    @Test
    void theConfigurationIsEditedByHand() throws Exception {
        start(disks.resolve("appliance"));
        Path file = disks.resolve("appliance").resolve("haproxy.cfg");
        String good = Files.readString(file);
        Files.writeString(file, good + "\nfrontend mine\n  nonsense here\n");
        BalancedWorld.await("it is read", () -> balanced.client().read().print().contains("nonsense"));
        balanced.service("next", "", "", site.port(), 1);
        assertThat(balanced.awaitReason("next", "ProgrammingFailed")).contains("unknown keyword 'nonsense'");
        theFirstIsServed();
        Files.writeString(file, Files.readString(file).replace("\nfrontend mine\n  nonsense here\n", ""));
        isServed("next");

        Files.writeString(file, good); // an old copy, without the second Service
        isServed("web");
        BalancedWorld.await(
                "it is repaired", () -> WebSite.at(balanced.vip("next"), PORT).equals("one"));
    }

    /** The other has the smaller change, and would win every race. */
    @Test
    void anotherWriterNeverPauses() throws Exception {
        start(disks.resolve("appliance"));
        DataPlaneClient other = balanced.client();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger changes = new AtomicInteger();
        Thread writer = Thread.ofVirtual().start(() -> {
            while (!done.get()) {
                String name = "theirs-" + changes.incrementAndGet();
                other.forget();
                other.change(
                        _ -> List.of(new ConfigCall.Create<>(Kinds.BACKENDS, Parent.NONE, Backend.tcp(name, name))),
                        Duration.ofSeconds(60));
            }
        });
        for (int i = 0; i < 6; i++) {
            balanced.service("s" + i, "", "", site.port(), 1);
        }
        for (int i = 0; i < 6; i++) {
            isServed("s" + i);
        }
        done.set(true);
        writer.join();
        assertThat(changes.get()).isPositive();
        assertThat(balanced.client().read().print()).contains("backend theirs-1", "backend theirs-" + changes.get());
    }

    @Test
    void theCertificateIsNotTrusted() throws Exception {
        start(disks.resolve("appliance"));
        String other = CertificateAuthority.create(
                        "other", CertificateAuthority.DEFAULT_VALIDITY, InstantSource.system())
                .certificatePem();
        balanced.configure(other, "secret");
        balanced.service("next", "", "", site.port(), 1);
        assertThat(balanced.awaitReason("next", "LoadBalancerNotTrusted")).isNotEmpty();
        assertThat(balanced.told("next", "LoadBalancerNotTrusted")).isTrue();
        theFirstIsServed();
        balanced.configure(balanced.appliance.authorityPem(), "secret");
        isServed("next");
    }

    @Test
    void passwordAndCertificateAreReplacedWithoutAnInterruption() throws Exception {
        start(disks.resolve("appliance"));
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger served = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        Thread visitor = Thread.ofVirtual().start(() -> {
            while (!done.get()) {
                (WebSite.at(BalancedWorld.VIP, PORT).equals("one") ? served : lost).incrementAndGet();
            }
        });
        balanced.cutOff();
        Path home = disks.resolve("appliance");
        for (String name : List.of("ca.crt", "ca.key", "server.crt", "server.key")) {
            Files.deleteIfExists(home.resolve(name));
        }
        balanced.appliance = balanced.start("another");
        balanced.service("next", "", "", site.port(), 1);
        assertThat(balanced.awaitReason("next", "LoadBalancerNotTrusted")).isNotEmpty();
        balanced.configure(balanced.appliance.authorityPem(), "secret");
        assertThat(balanced.awaitReason("next", "LoadBalancerRefusesCredentials"))
                .isNotEmpty();
        balanced.configure(balanced.appliance.authorityPem(), "another");
        isServed("next");
        done.set(true);
        visitor.join();
        assertThat(lost).as("of " + served).hasValue(0);
        assertThat(served.get()).isPositive();
    }
}
