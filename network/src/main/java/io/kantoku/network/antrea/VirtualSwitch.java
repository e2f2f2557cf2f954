package io.kantoku.network.antrea;

import io.kantoku.lab.ChildProcess;
import io.kantoku.lab.Commands;
import io.kantoku.lab.LaunchSpec;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.LedgerEntry;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.Processes;
import io.kantoku.network.NetworkException;
import io.kantoku.network.NetworkException.Code;
import io.kantoku.network.ShortName;
import io.kantoku.network.openflow.SwitchConnection;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instance's Open vSwitch: its database and its daemon in a network namespace of their own, which has no address and no route. Thread-safe.
 *
 * <p>Both daemons outlive this process and go on forwarding; the next start adopts them. When one ends it is started again, and when
 * it was the switch, whose flows are gone with it, those who program bridges are told.
 */
public final class VirtualSwitch implements AutoCloseable {
    static final String DATABASE_ROLE = "ovsdb-server";
    static final String SWITCH_ROLE = "ovs-vswitchd";

    private static final Logger LOG = LoggerFactory.getLogger(VirtualSwitch.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration GLANCE = Duration.ofMillis(5);
    private static final Duration RESTART_PAUSE = Duration.ofMillis(200);
    private static final int LONGEST_SOCKET_PATH = 107;
    private static final String SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema";

    private final NetworkNamespace namespace;
    private final Path directory;
    private final Path sockets;
    private final Ledger ledger;
    private final Processes processes;
    private final Set<Runnable> programmers = new CopyOnWriteArraySet<>();
    private boolean running;
    private boolean closed;

    /**
     * Starts nothing yet.
     *
     * @param namespace to be made for the switch alone
     * @param directory for the database and logs
     */
    public VirtualSwitch(NetworkNamespace namespace, Path directory, Ledger ledger, Processes processes) {
        this.namespace = namespace;
        this.directory = directory.toAbsolutePath();
        this.ledger = ledger;
        this.processes = processes;
        String longest =
                this.directory.resolve("run").resolve("n0123456789ab.mgmt").toString();
        sockets = longest.length() <= LONGEST_SOCKET_PATH
                ? this.directory.resolve("run")
                : Path.of("/run", ShortName.of("kantoku-", this.directory.toString()));
    }

    /** The switch's own namespace: the nodes' ends of cables are in it. */
    NetworkNamespace namespace() {
        return namespace;
    }

    /** Runs the action when all flows were lost; it must not block. */
    void programmer(Runnable action) {
        programmers.add(action);
    }

    void removeProgrammer(Runnable action) {
        programmers.remove(action);
    }

    /**
     * Starts the switch unless it runs.
     *
     * @throws NetworkException when it cannot be started; the message says what is missing
     */
    synchronized void ensureRunning() {
        if (running) {
            return;
        }
        if (closed) {
            throw new NetworkException(Code.FAILED, "the switch has been closed");
        }
        try {
            Files.createDirectories(directory);
            if (!sockets.startsWith(directory)) {
                ledger.record(new LedgerEntry.Directory(sockets.toString()));
            }
            Files.createDirectories(sockets);
            if (!namespace.exists()) {
                Files.deleteIfExists(database()); // of a life whose ports are gone
                makeNamespace();
            }
            startDatabase();
            startSwitch();
            running = true;
        } catch (IOException e) {
            throw new NetworkException(Code.FAILED, "Open vSwitch cannot be started: " + e.getMessage(), e);
        }
    }

    private void makeNamespace() {
        ledger.record(new LedgerEntry.Namespace(namespace.name()));
        Commands.script("ip netns add " + namespace.name() + "\n"
                + "nsenter --net=" + namespace.path() + " sh -e <<'END'\n"
                + "ip link set lo up\n"
                + "echo 0 >/proc/sys/net/ipv4/ip_forward\n"
                + "for scope in all default; do\n"
                + "  [ ! -e /proc/sys/net/ipv6/conf/$scope/disable_ipv6 ]"
                + " || echo 1 >/proc/sys/net/ipv6/conf/$scope/disable_ipv6\n"
                + "  echo 8 >/proc/sys/net/ipv4/conf/$scope/arp_ignore\n"
                + "done\n"
                + "END\n");
    }

    private Path database() {
        return directory.resolve("conf.db");
    }

    private Path databaseSocket() {
        return sockets.resolve("db.sock");
    }

    private void startDatabase() throws IOException {
        ChildProcess child = processes.adopt(DATABASE_ROLE).orElse(null);
        if (child == null) {
            if (!Files.exists(database())) {
                Commands.check(List.of("ovsdb-tool", "create", database().toString(), SCHEMA));
            }
            Files.deleteIfExists(databaseSocket());
            child = processes.launch(spec(
                    DATABASE_ROLE,
                    "ovsdb-server",
                    database().toString(),
                    "--remote=punix:" + databaseSocket(),
                    "--unixctl=" + sockets.resolve("db.ctl")));
            await(databaseSocket(), child);
        }
        child.onExit(_ -> again(DATABASE_ROLE));
    }

    private void startSwitch() throws IOException {
        ChildProcess child = processes.adopt(SWITCH_ROLE).orElse(null);
        if (child == null) {
            // Segments of 64 kB pass the switch whole; without that it is ten times slower. It has to be set before the
            // start.
            configure("--no-wait", "init", "--", "set", "Open_vSwitch", ".", "other_config:userspace-tso-enable=true");
            child = processes.launch(spec(
                    SWITCH_ROLE,
                    "ovs-vswitchd",
                    "unix:" + databaseSocket(),
                    "--unixctl=" + sockets.resolve("switch.ctl")));
            await(sockets.resolve("switch.ctl"), child);
        }
        child.onExit(_ -> again(SWITCH_ROLE));
    }

    private LaunchSpec spec(String role, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("-vsyslog:off", "-vfile:off", "-vconsole:warn"));
        return LaunchSpec.of(role, all, directory, directory.resolve(role + ".log"))
                .in(namespace)
                .with(Map.of(
                        "OVS_RUNDIR", sockets.toString(),
                        "OVS_DBDIR", directory.toString(),
                        "OVS_LOGDIR", directory.toString()));
    }

    /** A daemon tells nobody but those who connect that it is ready. */
    private static void await(Path socket, ChildProcess child) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(socket));
                return;
            } catch (IOException e) {
                if (!child.alive()) {
                    throw new NetworkException(Code.FAILED, child.role() + " ended at once; its log says why", e);
                }
                if (System.nanoTime() > deadline) {
                    throw new NetworkException(
                            Code.FAILED, child.role() + " does not answer after " + PATIENCE.toSeconds() + " s", e);
                }
                LockSupport.parkNanos(GLANCE.toNanos());
            }
        }
    }

    /** Runs on a thread of its own. */
    private void again(String role) {
        while (true) {
            try {
                Thread.sleep(RESTART_PAUSE);
                synchronized (this) {
                    if (closed || !namespace.exists()) {
                        return;
                    }
                    if (role.equals(DATABASE_ROLE)) {
                        startDatabase();
                    } else {
                        startSwitch();
                    }
                }
                LOG.atWarn()
                        .setMessage("daemon of the switch ended and was started again")
                        .addKeyValue("role", role)
                        .log();
                if (role.equals(SWITCH_ROLE)) {
                    programmers.forEach(Runnable::run);
                }
                return;
            } catch (IOException | NetworkException | io.kantoku.lab.LabException e) {
                LOG.atWarn()
                        .setMessage("daemon of the switch cannot be started again, repeating")
                        .addKeyValue("role", role)
                        .addKeyValue("why", e.getMessage())
                        .log();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** One transaction on the database; returns when the switch has carried it out. */
    void configure(String... arguments) {
        Commands.check(command(arguments));
    }

    /** What a read of the database printed. */
    String read(String... arguments) {
        Commands.Outcome outcome = Commands.run(command(arguments));
        if (outcome.code() != 0) {
            throw new NetworkException(Code.FAILED, "the switch's database: " + outcome.output());
        }
        return outcome.output();
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("ovs-vsctl", "--db=unix:" + databaseSocket(), "--timeout=" + (PATIENCE.toSeconds() - 1)));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Asks the running switch for something by its control socket. */
    void control(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "ovs-appctl", "--timeout=" + (PATIENCE.toSeconds() - 1), "-t", "" + sockets.resolve("switch.ctl")));
        command.addAll(List.of(arguments));
        Commands.check(command);
    }

    SwitchConnection connect(String bridge) {
        return SwitchConnection.open(sockets.resolve(bridge + ".mgmt"));
    }

    /** Ends nothing: the daemons go on until the ledger's things are removed. */
    @Override
    public synchronized void close() {
        closed = true;
    }
}
