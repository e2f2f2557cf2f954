package io.kantoku.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.cli.trial.Trial;
import io.kantoku.cli.trial.TrialFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WalkThroughTest {
    private final List<String> log = new ArrayList<>();

    private final WalkThrough.Progress progress = new WalkThrough.Progress() {
        @Override
        public void begins(int number, int total, Step step) {
            log.add(number + "/" + total + " " + step.name());
        }

        @Override
        public void ended(StepResult result) {
            log.add(result.failure().orElse("holds"));
        }
    };

    @Test
    void stopsAtTheFirstStepThatDoesNotHold() throws InterruptedException {
        List<StepResult> results = WalkThrough.run(
                List.of(
                        new Step("one", "A1", () -> {}),
                        new Step("two", "", () -> {
                            throw new TrialFailure("no");
                        }),
                        new Step("three", "", () -> log.add("never"))),
                progress);
        assertThat(log).containsExactly("1/3 one", "holds", "2/3 two", "no");
        assertThat(results).extracting(StepResult::holds).containsExactly(true, false);
        assertThat(results.getLast().toJson().path("failure").asText()).isEqualTo("no");
    }

    @Test
    void whateverGoesWrongIsReported() throws InterruptedException {
        List<StepResult> results = WalkThrough.run(
                List.of(new Step("one", "", () -> {
                    throw new IOException("disk full");
                })),
                progress);
        assertThat(results.getFirst().failure()).contains("java.io.IOException: disk full");
    }

    @Test
    void everyPointOfTheArticleThatIsInScopeIsShownByAStep() throws IOException {
        Path directory;
        try (Trial trial = Trial.create("test")) {
            directory = trial.directory();
            String shown = " "
                    + String.join(
                            " ",
                            WalkThrough.steps(trial).stream().map(Step::shows).toList()) + " ";
            for (String point :
                    List.of("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A10", "A11", "A12", "A13", "A15")) {
                assertThat(shown).contains(" " + point + " ");
            }
            assertThat(trial.example("tkc01.yaml")).contains("193.0.2.0/16", "195.51.100.0/12", "version: v1.18");
        }
        assertThat(Files.exists(directory)).isFalse();
    }
}
