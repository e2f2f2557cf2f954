package io.kantoku.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.cli.CliException;
import io.kantoku.cli.OutputOption;
import io.kantoku.cli.trial.OwnHost;
import io.kantoku.cli.trial.Trial;
import io.kantoku.network.bench.Measured;
import io.kantoku.network.bench.PodNetworkBench;
import io.kantoku.vsphere.machine.LabRuntime;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kantoku bench node}: what nodes with real containers do. */
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        description =
                "Start of pods, throughput and latency between pods and through a virtual IP with antrea and calico beside a"
                        + " bare bridge, and memory of a node, on a throw-away instance of the lab. Needs root.")
final class NodeCommand implements Callable<Integer> {
    private static final int MOST = 1000;

    @Option(
            names = "--pods",
            paramLabel = "N",
            defaultValue = "40",
            description = "How many pods are started one after the other (default: 40).")
    private int pods = 40;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "2",
            description = "How long each figure of a path is measured (default: 2).")
    private int seconds = 2;

    @Mixin
    private OutputOption output = new OutputOption();

    private final ObjectNode report =
            Json.object().put("processors", Runtime.getRuntime().availableProcessors());
    private final ArrayNode figures = report.putArray("figures");

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (pods < 1 || pods > MOST || seconds < 1 || seconds > 60) {
            throw new CliException(CliException.ExitCode.USAGE, "--pods is from 1 to 1000, --seconds from 1 to 60");
        }
        if (!OwnHost.isHere()) {
            List<String> arguments = new ArrayList<>(
                    List.of("bench", "node", "--pods", String.valueOf(pods), "--seconds", String.valueOf(seconds)));
            arguments.addAll(output.arguments());
            return OwnHost.run(arguments);
        }
        boolean json = output.json();
        run(json ? System.err : System.out);
        if (json) {
            System.out.println(report.toPrettyString());
        }
        return 0;
    }

    private void run(PrintStream out) throws IOException, InterruptedException {
        Duration time = Duration.ofSeconds(seconds);
        Path directory = Files.createTempDirectory("kantoku-bench-bridge-");
        try (PodNetworkBench bridge = new PodNetworkBench(directory, time, measured -> path(out, measured))) {
            bridge.bridge();
        } finally {
            Trial.delete(directory);
        }
        try (Trial trial = Trial.create("bench", LabRuntime.NAME);
                ClusterBench clusters = new ClusterBench(trial)) {
            clusters.up();
            clusters.enable();
            clusters.namespace();
            trial.kantoku("image", "demo").succeeds();
            for (String cni : List.of("antrea", "calico")) {
                clusters.create(cni, 1, 2, cni);
                node(out, new NodeBench(trial, cni, clusters.guest(cni)), time);
            }
        }
    }

    private void node(PrintStream out, NodeBench bench, Duration time) throws IOException, InterruptedException {
        long empty = bench.memory();
        NodeBench.PodTimes times = bench.pods(pods);
        long full = bench.memory();
        times(out, bench.cni(), times);
        memory(out, bench.cni(), new NodeBench.NodeMemory(empty, full, NodeBench.kept(pods)));
        bench.paths(time, measured -> path(out, measured));
    }

    private void times(PrintStream out, String cni, NodeBench.PodTimes times) {
        out.printf(
                Locale.ROOT,
                "%-8s %-28s p50 %.0f ms, p99 %.0f ms; the first with its image %.0f ms%n",
                cni,
                "pod applied -> running",
                times.quantile(0.5),
                times.quantile(0.99),
                times.first());
        figures.addObject()
                .put("network", cni)
                .put("what", "pod start")
                .put("pods", pods)
                .put("p50_millis", times.quantile(0.5))
                .put("p99_millis", times.quantile(0.99))
                .put("first_millis", times.first());
    }

    private void memory(PrintStream out, String cni, NodeBench.NodeMemory memory) {
        out.printf(
                Locale.ROOT,
                "%-8s %-28s %.1f MiB without pods, %.1f MiB with %d%n",
                cni,
                "memory of a node",
                memory.empty() / 1048576.0,
                memory.withPods() / 1048576.0,
                memory.pods());
        figures.addObject()
                .put("network", cni)
                .put("what", "memory of a node")
                .put("empty_bytes", memory.empty())
                .put("bytes", memory.withPods())
                .put("pods", memory.pods());
    }

    private void path(PrintStream out, Measured measured) {
        out.printf(
                Locale.ROOT,
                "%-8s %-28s %.1f Gbit/s, there and back p50 %.0f µs, p99 %.0f µs%n",
                measured.network(),
                measured.path(),
                measured.gigabits(),
                measured.medianMicros(),
                measured.p99Micros());
        figures.addObject()
                .put("network", measured.network())
                .put("what", measured.path())
                .put("gigabits_per_second", measured.gigabits())
                .put("p50_micros", measured.medianMicros())
                .put("p99_micros", measured.p99Micros());
    }
}
