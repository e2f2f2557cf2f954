package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.cli.trial.Trial;
import io.kantoku.cli.verify.Step;
import io.kantoku.cli.verify.WalkThrough;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** What {@code kantoku verify} walks, each step a test: the whole product with the real kubectl and a real HAProxy. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WalkThroughIT {
    private Trial trial;

    @BeforeAll
    void create() throws IOException {
        trial = Trial.create("it");
    }

    @AfterAll
    void close() {
        Path directory = trial.directory();
        trial.close();
        assertThat(Files.exists(directory)).isFalse();
    }

    @TestFactory
    Stream<DynamicTest> walk() {
        List<Step> steps = WalkThrough.steps(trial);
        AtomicBoolean broken = new AtomicBoolean();
        return steps.stream()
                .map(step -> DynamicTest.dynamicTest(step.name(), () -> {
                    Assumptions.assumeFalse(broken.get(), "an earlier step failed, and this one builds on it");
                    broken.set(true);
                    step.action().run();
                    broken.set(false);
                }));
    }
}
