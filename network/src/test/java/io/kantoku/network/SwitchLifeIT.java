package io.kantoku.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Resources;
import io.kantoku.lab.Cleanup;
import io.kantoku.lab.Commands;
import io.kantoku.lab.LedgerEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The switch's daemons end, are adopted, and are gone in the end. */
@Timeout(120)
class SwitchLifeIT {
    @TempDir
    private Path directory;

    private TestBed bed;
    private NodeNetworkSpec spec;
    private NodeNetwork node;
    private TestBed.Pod a;
    private TestBed.Pod b;

    @BeforeEach
    void make() throws Exception {
        bed = new TestBed(directory);
        bed.clusters.put(TestBed.CLUSTER, Resources.NODES, KubeObject.of(Yaml.parseObject("""
                {apiVersion: v1, kind: Node, metadata: {name: n1}, spec: {podCIDR: 192.168.1.0/24},
                 status: {addresses: [{type: InternalIP, address: 10.44.59.101}]}}""")));
        spec = bed.spec(Cni.ANTREA, TestBed.CLUSTER, "n1", bed.machine("n1", "10.44.59.101"), "10.44.59.101");
        node = bed.start(spec);
        a = bed.pod(node, "a");
        b = bed.pod(node, "b");
        bed.serve(b.network(), b.address(), 8080, "b");
        assertThat(reaches()).isTrue();
    }

    @AfterEach
    void remove() throws Exception {
        if (bed != null) {
            bed.close();
        }
    }

    private boolean reaches() {
        try {
            return TestBed.ask(a.network(), b.address(), 8080).startsWith("b ");
        } catch (IOException e) {
            return false;
        }
    }

    private long pid(String role) {
        return bed.ledger.entries().stream()
                .filter(entry ->
                        entry instanceof LedgerEntry.Child child && child.role().equals(role))
                .mapToLong(entry -> ((LedgerEntry.Child) entry).pid())
                .findFirst()
                .orElseThrow();
    }

    private void kill(String role) {
        Commands.check(List.of("kill", "-9", Long.toString(pid(role))));
    }

    @Test
    void connectionsBetweenPodsOutliveTheSwitch() throws Exception {
        try (ServerSocketChannel server =
                        b.network().listen(new InetSocketAddress(InetAddress.ofLiteral(b.address()), 81));
                SocketChannel client = a.network().socket()) {
            client.socket().connect(new InetSocketAddress(InetAddress.ofLiteral(b.address()), 81), 3000);
            try (SocketChannel accepted = server.accept()) {
                kill("ovs-vswitchd");
                TestBed.await("a new switch", this::reaches);
                client.write(ByteBuffer.wrap(new byte[] {42}));
                accepted.socket().setSoTimeout(10_000);
                assertThat(accepted.socket().getInputStream().read()).isEqualTo(42);
            }
        }
    }

    @Test
    void aKilledSwitchIsStartedAgainWithItsFlows() throws Exception {
        long before = pid("ovs-vswitchd");
        kill("ovs-vswitchd");
        TestBed.await(
                "a new switch",
                () -> ProcessHandle.of(before).map(old -> !old.isAlive()).orElse(true) && reaches());
        assertThat(node.problem()).isEmpty();
        kill("ovsdb-server");
        TestBed.Pod c = TestBed.eventually(() -> bed.pod(node, "c"));
        bed.serve(c.network(), c.address(), 8080, "c");
        assertThat(TestBed.ask(a.network(), c.address(), 8080)).startsWith("c ");
    }

    @Test
    void aNewLifeAdoptsTheDaemonsAndStartsThoseThatAreGone() throws Exception {
        long adopted = pid("ovs-vswitchd");
        bed.restart();
        node = bed.start(spec);
        assertThat(pid("ovs-vswitchd")).isEqualTo(adopted);
        assertThat(reaches()).isTrue();
        assertThat(rounds()).as("flows of one life only").isEqualTo(1);
        bed.networks.close();
        kill("ovs-vswitchd");
        kill("ovsdb-server");
        TestBed.await("their end", () -> !reaches());
        bed.networks = bed.open();
        node = bed.start(spec);
        assertThat(reaches()).isTrue();
    }

    /** How many lives the flows of the node's bridge are of. */
    private long rounds() {
        String sockets = directory.resolve("network/ovs/run").toString();
        String run = Files.exists(Path.of(sockets))
                ? sockets
                : "/run/"
                        + ShortName.of(
                                "kantoku-",
                                directory
                                        .resolve("network/ovs")
                                        .toAbsolutePath()
                                        .toString());
        String bridge = ShortName.of("n", TestBed.CLUSTER.value(), "n1");
        Commands.Outcome dump = Commands.run(List.of(
                "ovs-ofctl", "-O", "OpenFlow13", "--no-stats", "dump-flows", "unix:" + run + "/" + bridge + ".mgmt"));
        assertThat(dump.code()).as(dump.output()).isZero();
        assertThat(dump.output()).contains("ct(commit");
        return dump.output()
                .lines()
                .filter(line -> line.contains("cookie="))
                .map(line -> line.strip().substring(0, line.strip().indexOf(',')))
                .distinct()
                .count();
    }

    @Test
    void theLedgerAloneRemovesEverything() throws InterruptedException {
        bed.networks.close();
        List<String> roles = List.of("ovs-vswitchd", "ovsdb-server");
        List<Long> pids = roles.stream().map(this::pid).toList();
        assertThat(Cleanup.run(bed.ledger, Duration.ofSeconds(5)).left()).isEmpty();
        for (long pid : pids) { // its parent, this process, may have to hear of its end yet
            ProcessHandle.of(pid)
                    .ifPresent(process -> assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(5)));
        }
        assertThat(bed.switchNamespace.exists()).isFalse();
        awaitOnlyLoopback();
    }

    /** The kernel takes the links of a namespace that is gone down a moment later. */
    private void awaitOnlyLoopback() throws InterruptedException {
        for (int i = 0; i < 100 && !Links.names(a.network()).equals(Set.of("lo")); i++) {
            Thread.sleep(50); // bounded: the assertion below decides
        }
        assertThat(Links.names(a.network())).containsExactly("lo");
    }
}
