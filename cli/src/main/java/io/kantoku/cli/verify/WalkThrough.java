package io.kantoku.cli.verify;

import io.kantoku.cli.CliException;
import io.kantoku.cli.trial.Trial;
import io.kantoku.cli.trial.TrialFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The steps in their order, and their run: it stops at the first one that does not hold, for the later ones build on it. */
public final class WalkThrough {
    private WalkThrough() {}

    /** Follows a run. */
    public interface Progress {
        void begins(int number, int total, Step step);

        void ended(StepResult result);
    }

    /** All steps on a trial that has not been started. */
    public static List<Step> steps(Trial trial) {
        Walk walk = new Walk(trial);
        return Stream.of(
                        new InstanceSteps(walk).steps(),
                        new EnableSteps(walk).steps(),
                        new LoginSteps(walk).steps(),
                        new RightsSteps(walk).steps(),
                        new ClusterSteps(walk).steps(),
                        new WorkloadSteps(walk).steps(),
                        trial.isLab() ? new ContainerSteps(walk).steps() : List.<Step>of(),
                        trial.isLab() ? new CalicoSteps(walk).steps() : List.<Step>of(),
                        new VolumeSteps(walk).steps(),
                        new IsolationSteps(walk).steps(),
                        new OutageSteps(walk).steps(),
                        new UpgradeSteps(walk).steps(),
                        trial.isLab() ? new BalancerSteps(walk).steps() : List.<Step>of(),
                        new ExplainSteps(walk).steps(),
                        new EndSteps(walk).steps())
                .flatMap(List::stream)
                .toList();
    }

    /** Runs steps until one does not hold. */
    public static List<StepResult> run(List<Step> steps, Progress progress) throws InterruptedException {
        List<StepResult> results = new ArrayList<>();
        for (Step step : steps) {
            progress.begins(results.size() + 1, steps.size(), step);
            StepResult result = run(step);
            results.add(result);
            progress.ended(result);
            if (!result.holds()) {
                break;
            }
        }
        return results;
    }

    private static StepResult run(Step step) throws InterruptedException {
        long start = System.nanoTime();
        Optional<String> failure = Optional.empty();
        try {
            step.action().run();
        } catch (TrialFailure | CliException e) {
            failure = Optional.of(String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) { // this is the loop of the walk: whatever it was, the report has it
            failure = Optional.of(e.toString());
        }
        return new StepResult(step, Duration.ofNanos(System.nanoTime() - start), failure);
    }
}
