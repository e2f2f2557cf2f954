package io.kantoku.cli.bench;

import io.kantoku.network.bench.Measured;
import io.kantoku.network.bench.PodNetworkBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kantoku bench network}: what pod networks carry, beside a bare bridge in the same run. */
@Command(
        name = "network",
        mixinStandardHelpOptions = true,
        description =
                "Throughput and latency between pods, on one node, across nodes and through a Service, with antrea and"
                        + " calico, beside a bare bridge. Needs root, Open vSwitch and nftables.")
final class NetworkBench implements Callable<Integer> {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "2",
            description = "How long each figure is measured (default: 2).")
    private int seconds = 2;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("kantoku-bench");
        System.out.printf(
                Locale.ROOT, "%-8s %-20s %12s %14s %12s%n", "network", "path", "Gbit/s", "there+back µs", "p99 µs");
        try (PodNetworkBench bench =
                new PodNetworkBench(directory, Duration.ofSeconds(Math.clamp(seconds, 1, 60)), NetworkBench::show)) {
            bench.run();
        }
        return 0;
    }

    private static void show(Measured measured) {
        System.out.printf(
                Locale.ROOT,
                "%-8s %-20s %12.1f %14.0f %12.0f%n",
                measured.network(),
                measured.path(),
                measured.gigabits(),
                measured.medianMicros(),
                measured.p99Micros());
    }
}
