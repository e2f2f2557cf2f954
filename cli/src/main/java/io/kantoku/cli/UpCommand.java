package io.kantoku.cli;

import io.kantoku.cli.instance.AuditFiles;
import io.kantoku.cli.instance.Instance;
import io.kantoku.cli.instance.InstanceOptions;
import io.kantoku.cli.instance.StateDirectory;
import io.kantoku.vsphere.embedded.AddressPlan;
import io.kantoku.vsphere.machine.LabRuntime;
import io.kantoku.vsphere.net.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kantoku up}: starts an instance, or brings back what was there. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description =
                "Starts an instance: vCenter, HAProxy and the console. A second start on the same state directory brings"
                        + " back what was there.")
final class UpCommand implements Callable<Integer> {
    private static final int DEFAULT_CONSOLE_PORT = 8443;

    @Mixin
    private StateOption state = new StateOption();

    @Option(
            names = "--runtime",
            paramLabel = "simulated|lab",
            description =
                    "What machines are made of: simulated ones listen on loopback addresses and run nothing, those of"
                            + " the lab are network namespaces with real containers and need root (default: lab where that is possible).")
    private @Nullable String runtime;

    @Option(
            names = "--detach",
            description = "Return when everything is ready; the instance goes on in the background.")
    private boolean detach;

    @Option(
            names = "--management-network",
            paramLabel = "CIDR",
            description =
                    "256 addresses; in 127.0.0.0/8 for simulated machines (default: 127.44.58.0/24, in the lab 10.44.58.0/24).")
    private @Nullable String managementNetwork;

    @Option(
            names = "--workload-network",
            paramLabel = "CIDR",
            description =
                    "256 addresses; in 127.0.0.0/8 for simulated machines (default: 127.44.59.0/24, in the lab 10.44.59.0/24).")
    private @Nullable String workloadNetwork;

    @Option(
            names = "--transit-network",
            paramLabel = "CIDR",
            description =
                    "Lab: two addresses, a /31, between this host and the lab's router (default: in 10.44.254.0/23).")
    private @Nullable String transitNetwork;

    @Option(
            names = "--outbound",
            paramLabel = "none|nat",
            description =
                    "Lab: whether machines reach what this host reaches, behind its address. It has to forward packets"
                            + " (net.ipv4.ip_forward) for that (default: none).")
    private @Nullable Outbound outbound;

    @Option(
            names = "--load-balancers",
            paramLabel = "1|2",
            description =
                    "Lab: how many HAProxy appliances there are. Of two, one stands by and takes the virtual IPs over when the"
                            + " other dies or is stopped (default: 1).")
    private @Nullable Integer loadBalancers;

    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            description = "Port of the console on localhost (default: 8443).")
    private @Nullable Integer consolePort;

    @Option(
            names = "--audit-log",
            paramLabel = "FILE|none",
            description =
                    "Take requests to the Kubernetes APIs of all clusters down, an audit.k8s.io/v1 Event in each line. A full"
                            + " file (100 MiB) is put aside; ten of these are kept (default: none).")
    private @Nullable String auditLog;

    @Option(
            names = "--audit-policy",
            paramLabel = "FILE",
            description = "Which requests, and how much of them: an audit.k8s.io/v1 Policy (default: Metadata of all).")
    private @Nullable Path auditPolicy;

    @Mixin
    private VcenterFlags vcenter = new VcenterFlags();

    /** As written on the command line. */
    enum Outbound {
        none,
        nat
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        StateDirectory directory = state.directory();
        InstanceOptions options = options(directory);
        Console console = Console.standard();
        if (options.vcenter().isEmpty()) {
            ProxyWarning.warn(options.addresses().workload(), console);
        }
        if (detach) {
            Detached.start(directory, options);
            Summary.print(directory, options, console);
            return 0;
        }
        run(directory, options, console);
        return 0;
    }

    private void run(StateDirectory directory, InstanceOptions options, Console console)
            throws IOException, InterruptedException {
        Files.createDirectories(directory.path());
        LogFile.to(directory.log());
        Path haproxy =
                Path.of(Optional.ofNullable(System.getenv("KANTOKU_HAPROXY")).orElse("/usr/sbin/haproxy"));
        if (options.vcenter().isEmpty() && !Files.isExecutable(haproxy)) {
            throw CliException.failed("HAProxy is not at " + haproxy
                    + "; start Kantoku by its launcher ./kantoku, which installs or unpacks it");
        }
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
                    ended.countDown();
                    try {
                        closed.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
        try (Instance instance = Instance.start(directory, options, haproxy, step -> console.note("  " + step))) {
            ReadyFile.write(directory);
            Summary.print(directory, instance.options(), console);
            ended.await();
        } finally {
            Files.deleteIfExists(directory.ready());
            closed.countDown();
        }
    }

    private InstanceOptions options(StateDirectory directory) throws IOException {
        Optional<InstanceOptions> kept = directory.readOptions();
        return site(directory, kept).withAudit(audit(kept.flatMap(InstanceOptions::audit)));
    }

    private Optional<AuditFiles> audit(Optional<AuditFiles> before) throws IOException {
        boolean off = auditLog == null ? before.isEmpty() : auditLog.equals("none");
        if (off) {
            if (auditPolicy != null) {
                throw usage("--audit-policy says what is taken down: name the file for it with --audit-log");
            }
            return Optional.empty();
        }
        AuditFiles files = new AuditFiles(
                auditLog == null
                        ? before.orElseThrow().log()
                        : Path.of(auditLog).toAbsolutePath(),
                auditPolicy == null ? before.flatMap(AuditFiles::policy) : Optional.of(auditPolicy.toAbsolutePath()));
        try {
            files.readPolicy();
        } catch (IllegalArgumentException | NoSuchFileException e) {
            throw usage("--audit-policy cannot be used: " + e.getMessage());
        }
        return Optional.of(files);
    }

    private InstanceOptions site(StateDirectory directory, Optional<InstanceOptions> kept) {
        InstanceOptions before = kept.orElseGet(() -> defaults(directory));
        if (runtime != null && !runtime.equals(before.runtime())) {
            throw CliException.failed("the instance in " + directory.path() + " is of the runtime '" + before.runtime()
                    + "' and stays that; remove it with kantoku down, or choose another directory with --state");
        }
        if (vcenter.given() || before.vcenter().isPresent()) {
            return onVcenter(directory, kept);
        }
        boolean lab = before.runtime().equals(LabRuntime.NAME);
        if (lab && !Privileges.root()) {
            throw CliException.failed(
                    "the runtime 'lab' makes network namespaces and containers and needs root; start it as"
                            + " root, or use --runtime simulated");
        }
        if (!lab && (transitNetwork != null || outbound != null)) {
            throw new CliException(
                    CliException.ExitCode.USAGE, "--transit-network and --outbound are for --runtime lab");
        }
        int balancers = balancers(before, lab);
        AddressPlan addresses = new AddressPlan(
                network(managementNetwork, before.addresses().management(), lab),
                network(workloadNetwork, before.addresses().workload(), lab));
        return new InstanceOptions(
                before.runtime(),
                addresses,
                consolePort == null ? before.consolePort() : consolePort,
                before.frontPort(),
                transitNetwork == null ? before.transit() : transitNetwork,
                outbound == null ? before.outbound() : outbound == Outbound.nat,
                balancers,
                Optional.empty());
    }

    private int balancers(InstanceOptions before, boolean lab) {
        if (loadBalancers == null) {
            return before.loadBalancers();
        }
        if (loadBalancers < 1 || loadBalancers > 2) {
            throw usage("--load-balancers is 1 or 2");
        }
        if (loadBalancers == 2 && !lab) {
            throw usage(
                    "--load-balancers 2 is for --runtime lab: on loopback addresses no other machine can take them over");
        }
        if (loadBalancers < before.loadBalancers()) {
            throw CliException.failed(
                    "the instance has two load balancers, which its Supervisor programs, and keeps them;"
                            + " to work with one, stop the other: kantoku vm stop haproxy-2");
        }
        return loadBalancers;
    }

    private InstanceOptions onVcenter(StateDirectory directory, Optional<InstanceOptions> kept) {
        if (kept.isPresent() && kept.get().vcenter().isEmpty()) {
            throw CliException.failed("the instance in " + directory.path() + " has a vSphere of its own and keeps it;"
                    + " remove it with kantoku down, or choose another directory with --state");
        }
        if (runtime != null && kept.isEmpty()) {
            throw usage("--runtime is for the vSphere that Kantoku brings along; leave it out with --vcenter");
        }
        if (managementNetwork != null || workloadNetwork != null || transitNetwork != null || outbound != null) {
            throw usage("with --vcenter, networks are named when Workload Management is enabled, not at the start");
        }
        if (loadBalancers != null) {
            throw usage("with --vcenter, load balancers are named when Workload Management is enabled");
        }
        int port =
                consolePort == null ? kept.map(InstanceOptions::consolePort).orElse(DEFAULT_CONSOLE_PORT) : consolePort;
        return InstanceOptions.vcenter(
                vcenter.connection(kept.flatMap(InstanceOptions::vcenter)),
                port,
                kept.map(InstanceOptions::frontPort).orElseGet(Privileges::frontPort));
    }

    private static CliException usage(String message) {
        return new CliException(CliException.ExitCode.USAGE, message);
    }

    private InstanceOptions defaults(StateDirectory directory) {
        return Runtimes.known(runtime == null ? Runtimes.standard() : runtime).equals(LabRuntime.NAME)
                ? InstanceOptions.lab(directory)
                : InstanceOptions.simulated(AddressPlan.simulated(), DEFAULT_CONSOLE_PORT, Privileges.frontPort());
    }

    private static Cidr network(@Nullable String given, Cidr before, boolean lab) {
        if (given == null) {
            return before;
        }
        try {
            Cidr network = Cidr.parse(given);
            boolean loopback = Cidr.parse("127.0.0.0/8").contains(network);
            if (loopback == lab) {
                throw new CliException(
                        CliException.ExitCode.USAGE,
                        "the network " + given
                                + (lab
                                        ? " is of the loopback interface; machines of the lab need one that is routed"
                                        : " is outside 127.0.0.0/8, where simulated machines live"));
            }
            return network;
        } catch (IllegalArgumentException e) {
            throw new CliException(CliException.ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }
}
