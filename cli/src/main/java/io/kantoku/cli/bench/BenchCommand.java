package io.kantoku.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.cli.CliException;
import io.kantoku.cli.OutputOption;
import io.kantoku.cli.Runtimes;
import io.kantoku.cli.trial.OwnHost;
import io.kantoku.cli.trial.Trial;
import io.kantoku.vsphere.machine.LabRuntime;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kantoku bench}: figures of this machine. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures Kantoku on a throw-away instance.",
        subcommands = {
            BenchCommand.Cluster.class,
            BenchCommand.Lb.class,
            NetworkBench.class,
            NodeCommand.class,
            ApiCommand.class
        })
public final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name what to measure: cluster, lb, network, node, api");
    }

    /** Load balancing without reloads. */
    @Command(
            name = "lb",
            mixinStandardHelpOptions = true,
            description =
                    "Times of services at the load balancer with many present, beside plain reloads; dropped connections;"
                            + " throughput; fail-over.")
    static final class Lb implements Callable<Integer> {
        @Option(
                names = "--runtime",
                paramLabel = "simulated|lab",
                defaultValue = "simulated",
                description =
                        "simulated: on loopback addresses, a frontend for each service. lab: a pair of appliances in network"
                                + " namespaces, needs root (default: simulated).")
        private String runtime = "simulated";

        @Option(
                names = "--services",
                split = ",",
                paramLabel = "N",
                defaultValue = "10,500,2000",
                description = "How many services are present (default: 10,500,2000).")
        private List<Integer> services = List.of(10, 500, 2000);

        @Option(
                names = "--changes",
                paramLabel = "N",
                defaultValue = "1000",
                description = "How many changes under load (default: 1000).")
        private int changes = 1000;

        @Option(
                names = "--through",
                paramLabel = "data-plane|kubernetes",
                defaultValue = "data-plane",
                description =
                        "data-plane: appliances alone, programmed by their API. kubernetes: a whole instance, on which Services"
                                + " are applied (default: data-plane).")
        private String through = "data-plane";

        @Mixin
        private OutputOption output = new OutputOption();

        @Override
        public Integer call() throws IOException, InterruptedException {
            boolean lab = runtime.equals("lab");
            if (!lab && !runtime.equals("simulated")) {
                throw new CliException(CliException.ExitCode.USAGE, "--runtime is simulated or lab");
            }
            if (services.stream().anyMatch(count -> count < 1 || count > 3000) || changes < 0 || changes > 100_000) {
                throw new CliException(
                        CliException.ExitCode.USAGE, "--services are from 1 to 3000, --changes from 0 to 100000");
            }
            boolean kubernetes = through.equals("kubernetes");
            if (!kubernetes && !through.equals("data-plane")) {
                throw new CliException(CliException.ExitCode.USAGE, "--through is data-plane or kubernetes");
            }
            if (kubernetes && lab && !OwnHost.isHere()) {
                return OwnHost.run(arguments());
            }
            boolean json = output.json();
            PrintStream out = json ? System.err : System.out;
            ObjectNode report = Json.object()
                    .put("processors", Runtime.getRuntime().availableProcessors())
                    .put("runtime", runtime);
            ArrayNode figures = report.putArray("figures");
            Consumer<LbBench.Line> show = line -> {
                out.println(line);
                figures.add(line.json());
            };
            if (kubernetes) {
                throughKubernetes(show);
            } else {
                throughDataPlane(lab, show);
            }
            if (json) {
                System.out.println(report.toPrettyString());
            }
            return 0;
        }

        private List<String> arguments() {
            List<String> arguments =
                    new ArrayList<>(List.of("bench", "lb", "--runtime", runtime, "--through", through));
            arguments.addAll(List.of(
                    "--services",
                    String.join(",", services.stream().map(String::valueOf).toList())));
            arguments.addAll(output.arguments());
            return arguments;
        }

        private void throughKubernetes(Consumer<LbBench.Line> show) throws IOException, InterruptedException {
            try (Trial trial = Trial.createLarge("bench", runtime);
                    ServiceBench bench = new ServiceBench(trial)) {
                for (int count : services) {
                    show.accept(bench.fill(count));
                    show.accept(bench.create(count, runtime.equals("lab") ? 100 : 30));
                }
            }
        }

        private void throughDataPlane(boolean lab, Consumer<LbBench.Line> show)
                throws IOException, InterruptedException {
            Path directory = Files.createTempDirectory("kantoku-bench-lb-");
            try (LbPlace place = lab ? new LbPlace.Machines() : LbPlace.Host.free();
                    LbBench bench = new LbBench(place, directory, haproxy())) {
                bench.awaitActive();
                measure(bench, lab, show);
            } finally {
                Trial.delete(directory);
            }
        }

        private void measure(LbBench bench, boolean lab, Consumer<LbBench.Line> show)
                throws IOException, InterruptedException {
            for (int count : services) {
                bench.fill(count);
                show.accept(bench.create(count, lab ? 100 : 20));
                show.accept(bench.reload(count, 10));
            }
            bench.changes(changes).forEach(show);
            bench.throughput().forEach(show);
            if (lab) {
                bench.failOver().forEach(show);
            }
        }

        private static Path haproxy() {
            String named = System.getenv("KANTOKU_HAPROXY");
            return Path.of(named == null || named.isEmpty() ? "/usr/sbin/haproxy" : named);
        }
    }

    /** The way from nothing to many clusters. */
    @Command(
            name = "cluster",
            mixinStandardHelpOptions = true,
            description =
                    "Times of up, of enable, of a cluster of 3 + 3, and of many of 1 + 1 made one after the other, with the"
                            + " memory after the 1st, 10th, 100th and last.")
    static final class Cluster implements Callable<Integer> {
        private static final int MOST = 4000;

        @Option(
                names = "--count",
                paramLabel = "N",
                defaultValue = "10",
                description = "How many small clusters (default: 10).")
        private int count = 10;

        @Option(
                names = "--runtime",
                paramLabel = "simulated|lab",
                defaultValue = "simulated",
                description = "What machines are made of (default: simulated).")
        private String runtime = "simulated";

        @Mixin
        private OutputOption output = new OutputOption();

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (count < 0 || count > MOST) {
                throw new CliException(CliException.ExitCode.USAGE, "--count is from 0 to " + MOST);
            }
            if (Runtimes.known(runtime).equals(LabRuntime.NAME) && !OwnHost.isHere()) {
                List<String> arguments = new ArrayList<>(
                        List.of("bench", "cluster", "--runtime", runtime, "--count", String.valueOf(count)));
                arguments.addAll(output.arguments());
                return OwnHost.run(arguments);
            }
            boolean json = output.json();
            ObjectNode report = run(json ? System.err : System.out);
            if (json) {
                System.out.println(report.toPrettyString());
            }
            return 0;
        }

        private ObjectNode run(PrintStream out) throws IOException, InterruptedException {
            ObjectNode report = Json.object()
                    .put("runtime", runtime)
                    .put("processors", Runtime.getRuntime().availableProcessors())
                    .put("java", Runtime.version().toString());
            ArrayNode figures = report.putArray("figures");
            try (Trial trial = Trial.createLarge("bench", runtime);
                    ClusterBench bench = new ClusterBench(trial)) {
                figures.add(show(out, bench.up()));
                figures.add(show(out, bench.enable()));
                bench.namespace();
                figures.add(show(out, bench.article()));
                out.println("  " + remember(figures, bench.memory()));
                for (int i = 1; i <= count; i++) {
                    Figure figure = bench.small(i);
                    if (shown(i)) {
                        figures.add(show(out, figure));
                        out.println("  " + remember(figures, bench.memory()));
                    }
                }
            }
            return report;
        }

        private boolean shown(int number) {
            return number == 1 || number == 10 || number == 100 || number == 1000 || number == count;
        }

        private static ObjectNode show(PrintStream out, Figure figure) {
            out.println(figure.line());
            return figure.toJson();
        }

        private static Memory remember(ArrayNode figures, Memory memory) {
            ((ObjectNode) figures.get(figures.size() - 1)).setAll(memory.toJson());
            return memory;
        }
    }
}
