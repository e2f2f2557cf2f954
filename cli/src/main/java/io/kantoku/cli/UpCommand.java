package io.kantoku.cli;

import io.kantoku.cli.instance.Instance;
import io.kantoku.cli.instance.InstanceOptions;
import io.kantoku.cli.instance.StateDirectory;
import io.kantoku.vsphere.embedded.AddressPlan;
import io.kantoku.vsphere.net.Cidr;
import java.io.IOException;
import java.nio.file.Files;
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
    @Mixin
    private StateOption state = new StateOption();

    @Option(
            names = "--runtime",
            paramLabel = "simulated|lab",
            description = "What machines are made of (default: simulated).")
    private @Nullable String runtime;

    @Option(
            names = "--detach",
            description = "Return when everything is ready; the instance goes on in the background.")
    private boolean detach;

    @Option(
            names = "--management-network",
            paramLabel = "CIDR",
            description = "256 addresses in 127.0.0.0/8 (default: 127.44.58.0/24).")
    private @Nullable String managementNetwork;

    @Option(
            names = "--workload-network",
            paramLabel = "CIDR",
            description = "256 addresses in 127.0.0.0/8 (default: 127.44.59.0/24).")
    private @Nullable String workloadNetwork;

    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            description = "Port of the console on localhost (default: 8443).")
    private @Nullable Integer consolePort;

    @Override
    public Integer call() throws IOException, InterruptedException {
        StateDirectory directory = state.directory();
        InstanceOptions options = options(directory);
        if (!options.runtime().equals("simulated")) {
            throw CliException.failed(
                    options.runtime().equals("lab")
                            ? "the runtime 'lab' (network namespaces and real containers) comes with a later version; use"
                                    + " --runtime simulated"
                            : "there is no runtime '" + options.runtime() + "'; use simulated");
        }
        Console console = Console.standard();
        ProxyWarning.warn(options.addresses().workload(), console);
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
        if (!Files.isExecutable(haproxy)) {
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

    private InstanceOptions options(StateDirectory directory) {
        InstanceOptions before = directory
                .readOptions()
                .orElseGet(
                        () -> new InstanceOptions("simulated", AddressPlan.simulated(), 8443, Privileges.frontPort()));
        AddressPlan addresses = new AddressPlan(
                network(managementNetwork, before.addresses().management()),
                network(workloadNetwork, before.addresses().workload()));
        return new InstanceOptions(
                runtime == null ? before.runtime() : runtime,
                addresses,
                consolePort == null ? before.consolePort() : consolePort,
                before.frontPort());
    }

    private static Cidr network(@Nullable String given, Cidr before) {
        if (given == null) {
            return before;
        }
        try {
            Cidr network = Cidr.parse(given);
            if (!Cidr.parse("127.0.0.0/8").contains(network)) {
                throw new CliException(
                        CliException.ExitCode.USAGE,
                        "the network " + given + " is outside 127.0.0.0/8, where simulated machines live");
            }
            return network;
        } catch (IllegalArgumentException e) {
            throw new CliException(CliException.ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }
}
