package io.kantoku.cli.verify;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kantoku verify}: shows on this machine that everything works. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Walks from an empty machine to a published application on a throw-away instance, with the real kubectl and a"
                    + " real HAProxy, and says of each step whether it holds.",
            "Running instances are not touched. Exits with 0 only if every step held."
        })
public final class VerifyCommand implements Callable<Integer> {
    @Option(
            names = "--runtime",
            paramLabel = "simulated|lab",
            defaultValue = "simulated",
            description =
                    "What machines are made of (default: simulated). The lab's are in a network of their own that has no"
                            + " way out, and need root.")
    private String runtime = "simulated";

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(names = "--keep", description = "Leave the instance running after a failure, and say where it is.")
    private boolean keep;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (runtime.equals(LabRuntime.NAME) && !OwnHost.isHere()) {
            return OwnHost.run(arguments());
        }
        boolean json = output.json();
        long start = System.nanoTime();
        List<StepResult> results;
        int planned;
        try (Trial trial = Trial.create("verify", Runtimes.known(runtime))) {
            List<Step> steps = WalkThrough.steps(trial);
            planned = steps.size();
            results = WalkThrough.run(steps, new Lines(json ? System.err : System.out));
            if (keep && !holds(results, planned)) {
                trial.keep();
                System.err.println("Kept in " + trial.directory() + "; end it with: kantoku down --state "
                        + trial.state().path());
            }
        }
        boolean holds = holds(results, planned);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        if (json) {
            System.out.println(report(results, planned, holds, took).toPrettyString());
        } else {
            System.out.println(
                    holds
                            ? String.format(Locale.ROOT, "All %d steps held (%.1f s).", planned, seconds(took))
                            : "Step " + results.size() + " of " + planned + " does not hold.");
        }
        return holds ? 0 : CliException.ExitCode.FAILED.code();
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("verify", "--runtime", runtime));
        arguments.addAll(output.arguments());
        if (keep) {
            arguments.add("--keep");
        }
        return arguments;
    }

    private static boolean holds(List<StepResult> results, int planned) {
        return results.size() == planned && results.stream().allMatch(StepResult::holds);
    }

    private ObjectNode report(List<StepResult> results, int planned, boolean holds, Duration took) {
        ObjectNode json = Json.object()
                .put("runtime", runtime)
                .put("holds", holds)
                .put("steps_planned", planned)
                .put("seconds", seconds(took));
        ArrayNode steps = json.putArray("steps");
        results.forEach(result -> steps.add(result.toJson()));
        return json;
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    /** A line for each step: its number and name when it begins, its time when it has ended. */
    private record Lines(PrintStream out) implements WalkThrough.Progress {
        private static final int WIDTH = 96;

        @Override
        public void begins(int number, int total, Step step) {
            String line = String.format(Locale.ROOT, "%3d/%d  %-7s %s ", number, total, step.shows(), step.name());
            out.print(line + ".".repeat(Math.max(2, WIDTH - line.length())));
            out.flush();
        }

        @Override
        public void ended(StepResult result) {
            out.printf(Locale.ROOT, " %5.1f s%s%n", seconds(result.took()), result.holds() ? "" : "  DOES NOT HOLD");
            result.failure().ifPresent(reason -> out.println(reason.indent(8).stripTrailing()));
            out.flush();
        }
    }
}
