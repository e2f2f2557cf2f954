package io.kantoku.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.cli.CliException;
import io.kantoku.cli.Runtimes;
import io.kantoku.cli.trial.OwnHost;
import io.kantoku.cli.trial.Trial;
import io.kantoku.vsphere.machine.LabRuntime;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kantoku bench}: figures of this machine. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures Kantoku on a throw-away instance.",
        subcommands = BenchCommand.Cluster.class)
public final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name what to measure: cluster");
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

        @Option(names = "-o", paramLabel = "json", description = "Print JSON; the progress goes to standard error.")
        private @Nullable String output;

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (count < 0 || count > MOST) {
                throw new CliException(CliException.ExitCode.USAGE, "--count is from 0 to " + MOST);
            }
            if (Runtimes.known(runtime).equals(LabRuntime.NAME) && !OwnHost.isHere()) {
                List<String> arguments = new ArrayList<>(
                        List.of("bench", "cluster", "--runtime", runtime, "--count", String.valueOf(count)));
                if (output != null) {
                    arguments.addAll(List.of("-o", output));
                }
                return OwnHost.run(arguments);
            }
            boolean json = "json".equals(output);
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
