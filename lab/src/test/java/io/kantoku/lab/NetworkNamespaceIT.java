package io.kantoku.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NetworkNamespaceIT {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir
    private Path directory;

    private final NetworkNamespace namespace =
            new NetworkNamespace("kantoku-it-" + ProcessHandle.current().pid());
    private Ledger ledger;

    @BeforeEach
    void make() throws Exception {
        LoudSkip.unless("making network namespaces needs root and iproute2", NetworkNamespaceIT::canMakeNamespaces);
        ledger = Ledger.open(directory.resolve("ledger"));
        ledger.record(new LedgerEntry.Namespace(namespace.name()));
        Commands.check(List.of("ip", "netns", "add", namespace.name()));
        Commands.check(List.of("ip", "-n", namespace.name(), "link", "set", "lo", "up"));
    }

    @AfterEach
    void remove() {
        if (ledger != null) {
            assertThat(Cleanup.run(ledger, Duration.ofSeconds(5)).left()).isEmpty();
            assertThat(namespace.exists()).isFalse();
            ledger.close();
        }
    }

    private static boolean canMakeNamespaces() {
        String probe = "kantoku-probe-" + ProcessHandle.current().pid();
        try {
            return Commands.run(List.of("ip", "netns", "add", probe)).code() == 0;
        } catch (LabException e) {
            return false;
        } finally {
            if (Files.exists(new NetworkNamespace(probe).path())) {
                Commands.run(List.of("ip", "netns", "delete", probe));
            }
        }
    }

    @Test
    void aListenerInItIsReachedOnlyFromInside() throws Exception {
        try (ServerSocketChannel server = namespace.listen(new InetSocketAddress(LOOPBACK, 0))) {
            InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
            Thread.ofVirtual().start(() -> {
                try (SocketChannel accepted = server.accept()) {
                    accepted.write(ByteBuffer.wrap(new byte[] {42}));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try (SocketChannel outside = NetworkStack.host().socket()) {
                assertThatThrownBy(() -> outside.connect(address)).isInstanceOf(ConnectException.class);
            }
            try (SocketChannel inside = namespace.socket()) {
                inside.connect(address);
                ByteBuffer answer = ByteBuffer.allocate(1);
                inside.read(answer);
                assertThat(answer.get(0)).isEqualTo((byte) 42);
            }
        }
    }

    @Test
    void noThreadStaysInIt() throws Exception {
        String home = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        // Virtual threads that open sockets make the JDK start carriers while visits are going on.
        CountDownLatch done = new CountDownLatch(200);
        for (int i = 0; i < 200; i++) {
            Thread.ofVirtual().start(() -> {
                try {
                    namespace.socket().close();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
        Set<String> homes = new TreeSet<>();
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                if (Files.exists(task.resolve("ns/net"))) {
                    homes.add(Files.readSymbolicLink(task.resolve("ns/net")).toString());
                }
            }
        }
        assertThat(homes).containsExactly(home);
    }

    @Test
    void aChildRunsInIt() throws Exception {
        Processes processes = new Processes(ledger, new Random());
        Path log = directory.resolve("log");
        ChildProcess child =
                processes.launch(LaunchSpec.of("ns", List.of("readlink", "/proc/self/ns/net"), directory, log)
                        .in(namespace));
        assertThat(child.awaitExit(Duration.ofSeconds(10))).isPresent();
        assertThat(Files.readString(log).strip())
                .startsWith("net:[")
                .isNotEqualTo(
                        Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString());
    }

    @Test
    void cleanupRemovesLinksAndRoutesInIt() {
        LedgerEntry link = new LedgerEntry.Link(namespace.name(), "kt0");
        LedgerEntry route = new LedgerEntry.Route(namespace.name(), "192.0.2.0/24", 144);
        ledger.record(link);
        Commands.check(Presence.ip(namespace.name(), "link", "add", "kt0", "type", "veth", "peer", "name", "kt1"));
        Commands.check(Presence.ip(namespace.name(), "link", "set", "kt0", "up"));
        ledger.record(route);
        Commands.check(Presence.ip(namespace.name(), "route", "add", "192.0.2.0/24", "dev", "kt0", "proto", "144"));
        assertThat(Presence.stillThere(link)).isTrue();
        assertThat(Presence.stillThere(route)).isTrue();
        assertThat(Cleanup.run(ledger, Duration.ofSeconds(5)).left()).isEmpty();
        assertThat(Presence.stillThere(link)).isFalse();
        assertThat(Presence.stillThere(route)).isFalse();
    }

    @Test
    void refusesTheWildcardAddressAndNamesWhatIsMissing() {
        assertThatThrownBy(() -> namespace.listen(new InetSocketAddress(0)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("wildcard")
                .hasMessageContaining(namespace.name());
        assertThatThrownBy(() -> new NetworkNamespace("kantoku-missing").socket())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("kantoku-missing")
                .hasMessageContaining("does not exist");
    }
}
