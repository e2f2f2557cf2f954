package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.cli.instance.StateDirectory;
import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.Shell;
import io.kantoku.cli.trial.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The console in a real browser, from a fresh instance to a running guest cluster and back. The steps are in the module
 * {@code console}, in {@code src/test/web/browser}; each is a test here. Pictures of the pages are in {@code target/screenshots}.
 */
final class ConsoleIT {
    private static final Duration LIMIT = Duration.ofMinutes(8);
    private static final Path CONSOLE = Path.of("../console").toAbsolutePath().normalize();

    @TestFactory
    Stream<DynamicTest> walk() throws IOException, InterruptedException {
        assertThat(CONSOLE.resolve("node_modules"))
                .as("the packages of the console, which its build installs with npm (Node.js 20.19 or newer)")
                .isDirectory();
        try (Trial trial = Trial.create("console")) {
            trial.up().succeeds();
            Path report = trial.directory().resolve("report.json");
            Outcome outcome = run(trial, report);
            assertThat(report)
                    .as("the report of a browser's walk that said: " + outcome.out() + outcome.err())
                    .exists();
            return tests(Json.parse(Files.readAllBytes(report))).stream();
        }
    }

    private static Outcome run(Trial trial, Path report) throws InterruptedException {
        Shell shell = trial.shell()
                .with("KANTOKU_URL", "https://localhost:" + trial.consolePort())
                .with(
                        "KANTOKU_PASSWORD",
                        StateDirectory.read(trial.state().administratorPassword())
                                .orElseThrow()
                                .strip())
                .with(
                        "KANTOKU_SCREENSHOTS",
                        Path.of("target/screenshots").toAbsolutePath().toString())
                .with("KANTOKU_CHROMIUM", chromium(trial.shell()));
        List<String> command = List.of(
                "node",
                CONSOLE.resolve("node_modules/vitest/vitest.mjs").toString(),
                "run",
                "--config",
                "vitest.browser.config.ts",
                "--reporter=json",
                "--outputFile=" + report);
        return new Shell(shell.environment(), CONSOLE).run(command, "", LIMIT);
    }

    private static String chromium(Shell shell) {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(shell::find)
                .flatMap(Optional::stream)
                .findFirst()
                .map(Path::toString)
                .orElseGet(() -> Assertions.fail("chromium is missing; ./kantoku test installs it as root"));
    }

    private static List<DynamicTest> tests(JsonNode report) {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode file : report.path("testResults")) {
            for (JsonNode step : file.path("assertionResults")) {
                tests.add(DynamicTest.dynamicTest(step.path("title").asText(), () -> judge(step)));
            }
        }
        assertThat(tests).as("steps in the report " + report).isNotEmpty();
        return tests;
    }

    private static void judge(JsonNode step) {
        String status = step.path("status").asText();
        Assumptions.assumeFalse(
                status.equals("pending") || status.equals("skipped"), "an earlier step failed, and this builds on it");
        assertThat(status).as(step.path("failureMessages").toPrettyString()).isEqualTo("passed");
    }
}
