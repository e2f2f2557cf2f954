package io.kantoku.cli;

import io.kantoku.cli.instance.AuditFiles;
import io.kantoku.cli.instance.InstanceOptions;
import io.kantoku.cli.instance.StateDirectory;
import io.kantoku.cli.instance.VcenterConnection;
import io.kantoku.lab.InstanceLock;
import io.kantoku.vsphere.machine.LabRuntime;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Starts the instance in a process of its own and waits until it is ready. */
final class Detached {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Detached() {}

    /**
     * Returns when the instance is ready.
     *
     * @throws CliException with the reason when it ended instead, or did not get ready in time
     */
    static void start(StateDirectory directory, InstanceOptions options) throws IOException, InterruptedException {
        Files.createDirectories(directory.path());
        Optional<Long> holder = running(directory);
        if (holder.isPresent()) {
            throw CliException.failed("an instance is running in " + directory.path() + " already (process "
                    + holder.get() + "); end it with: kantoku down");
        }
        Files.deleteIfExists(directory.ready());
        Path output = directory.path().resolve("server.out");
        Process server = new ProcessBuilder(command(directory, options))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .redirectErrorStream(true)
                .start();
        await(directory, server, output);
    }

    private static Optional<Long> running(StateDirectory directory) {
        return InstanceLock.holder(directory.path())
                .filter(pid -> ProcessHandle.of(pid).isPresent() && Files.exists(directory.ready()));
    }

    /** This process's own command line up to the main class, and then {@code up} with every option spelled out. */
    private static List<String> command(StateDirectory directory, InstanceOptions options) throws IOException {
        List<String> command = new ArrayList<>();
        List<String> further = new ArrayList<>();
        command.add("setsid");
        for (String argument : Files.readString(Path.of("/proc/self/cmdline")).split("\0", -1)) {
            command.add(argument);
            if (argument.equals(Kantoku.class.getName())) {
                break;
            }
        }
        if (options.vcenter().isPresent()) {
            further.addAll(vcenter(options.vcenter().get()));
        } else {
            further.addAll(List.of(
                    "--runtime",
                    options.runtime(),
                    "--management-network",
                    options.addresses().management().toString(),
                    "--workload-network",
                    options.addresses().workload().toString()));
        }
        if (options.runtime().equals(LabRuntime.NAME)) {
            further.addAll(List.of(
                    "--transit-network",
                    options.transit(),
                    "--outbound",
                    options.outbound() ? "nat" : "none",
                    "--load-balancers",
                    String.valueOf(options.loadBalancers())));
        }
        command.addAll(List.of(
                "up", "--state", directory.path().toString(), "--console-port", String.valueOf(options.consolePort())));
        command.addAll(further);
        command.addAll(List.of(
                "--audit-log",
                options.audit().map(files -> files.log().toString()).orElse("none")));
        options.audit()
                .flatMap(AuditFiles::policy)
                .ifPresent(policy -> command.addAll(List.of("--audit-policy", policy.toString())));
        return command;
    }

    private static List<String> vcenter(VcenterConnection vcenter) {
        List<String> arguments = new ArrayList<>(List.of(
                "--vcenter",
                vcenter.url().toString(),
                "--vcenter-user",
                vcenter.user(),
                "--vcenter-password-file",
                vcenter.passwordFile().toString(),
                "--vcenter-datacenter",
                vcenter.datacenter(),
                "--vcenter-folder",
                vcenter.folder(),
                "--advertise-address",
                vcenter.address()));
        vcenter.authorities().ifPresent(file -> arguments.addAll(List.of("--vcenter-ca", file.toString())));
        return arguments;
    }

    private static void await(StateDirectory directory, Process server, Path output)
            throws IOException, InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        try (WatchService watcher = FileSystems.getDefault().newWatchService()) {
            directory.path().register(watcher, StandardWatchEventKinds.ENTRY_CREATE);
            while (!Files.exists(directory.ready())) {
                if (!server.isAlive()) {
                    throw CliException.failed("the instance did not start: " + lastLine(output));
                }
                if (Instant.now().isAfter(limit)) {
                    server.destroy();
                    throw CliException.failed("the instance was not ready within " + LIMIT.toSeconds() + " s; see "
                            + output + " and " + directory.log());
                }
                WatchKey key = watcher.poll(200, TimeUnit.MILLISECONDS); // also notices the end of the process
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
            }
        }
    }

    private static String lastLine(Path output) throws IOException {
        List<String> lines = Files.readAllLines(output).stream()
                .filter(line -> !line.isBlank())
                .toList();
        return lines.isEmpty() ? "it printed nothing" : lines.getLast().replaceFirst("^kantoku: ", "");
    }
}
