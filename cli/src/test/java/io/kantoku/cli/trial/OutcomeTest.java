package io.kantoku.cli.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class OutcomeTest {
    private static final Shell SHELL = new Shell(Map.of("PATH", "/usr/bin:/bin"), Path.of("/tmp"));

    @Test
    void tellsWhatACommandDid() throws InterruptedException {
        Outcome outcome = SHELL.run(List.of("sh", "-c", "cat; echo odd >&2; exit 3"), "in\n", Duration.ofSeconds(20));
        assertThat(outcome.exit()).isEqualTo(3);
        assertThat(outcome.out()).isEqualTo("in\n");
        outcome.fails().says("in").complains("odd");
    }

    @Test
    void aFailureShowsTheWholeCommand() {
        Outcome outcome = new Outcome("kubectl get node", 1, "some\n", "no route\n", Duration.ZERO);
        assertThatThrownBy(outcome::succeeds)
                .isInstanceOf(TrialFailure.class)
                .hasMessage(
                        "expected it to succeed, and it ended with 1\n$ kubectl get node\nsome\nno route\n(exit 1)");
        assertThatThrownBy(() -> outcome.says("NAME")).hasMessageContaining("expected \"NAME\" on standard output");
    }

    @Test
    void endsACommandThatTakesTooLong() throws InterruptedException {
        Outcome outcome = SHELL.run(List.of("sleep", "60"), "", Duration.ofMillis(100));
        assertThat(outcome.exit()).isEqualTo(Outcome.TIMED_OUT);
        assertThatThrownBy(outcome::fails).hasMessageContaining("did not end");
    }

    @Test
    void aCommandSeesOnlyItsOwnEnvironment() throws InterruptedException {
        assertThat(SHELL.with("ONLY", "this")
                        .run(List.of("sh", "-c", "echo $ONLY$HOME"))
                        .text())
                .isEqualTo("this");
    }

    @Test
    void waitsUntilNothingIsMissing() throws InterruptedException {
        AtomicInteger looks = new AtomicInteger();
        Await.until(Duration.ofSeconds(20), "it holds", () -> {
            if (looks.incrementAndGet() == 2) {
                throw new TrialFailure("not there yet");
            }
            return looks.get() < 4 ? Optional.of("more looks") : Optional.empty();
        });
        assertThat(looks).hasValue(4);
        assertThatThrownBy(() -> Await.until(Duration.ZERO, "it holds", () -> Optional.of("everything")))
                .hasMessage("after 0 s still waiting until it holds: everything");
    }
}
