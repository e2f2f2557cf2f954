package io.kantoku.loadbalancer.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.loadbalancer.appliance.PairDecision.Self;
import io.kantoku.loadbalancer.appliance.PairDecision.Step;
import io.kantoku.loadbalancer.appliance.PairMessage.Role;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PairDecisionTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final byte[] KEY = "key".getBytes(StandardCharsets.US_ASCII);

    private static Self self(Role role, boolean preferred, long term) {
        return new Self(role, preferred, term, true, true, LONG, true);
    }

    private static Optional<PairMessage> other(Role role, boolean preferred, long term) {
        return Optional.of(new PairMessage(role, preferred, term, 0));
    }

    @Test
    void thePreferredOneBeginsAndNobodyIsPushedOut() {
        assertThat(PairDecision.next(self(Role.STARTING, true, 0), other(Role.STARTING, false, 0)))
                .isEqualTo(Step.BECOME_ACTIVE);
        assertThat(PairDecision.next(self(Role.STARTING, false, 0), other(Role.STARTING, true, 0)))
                .isEqualTo(Step.STAY);
        assertThat(PairDecision.next(self(Role.STARTING, true, 0), other(Role.ACTIVE, false, 1)))
                .isEqualTo(Step.BECOME_STANDBY);
        assertThat(PairDecision.next(self(Role.STANDBY, true, 0), other(Role.ACTIVE, false, 1)))
                .isEqualTo(Step.STAY);
    }

    @Test
    void silenceIsAQuestionAndNoAnswer() {
        assertThat(PairDecision.next(self(Role.STANDBY, false, 1), Optional.empty()))
                .isEqualTo(Step.ASK);
        assertThat(PairDecision.next(new Self(Role.STANDBY, false, 1, true, false, LONG, true), Optional.empty()))
                .isEqualTo(Step.STAY);
        assertThat(PairDecision.next(new Self(Role.STANDBY, false, 1, false, true, LONG, true), Optional.empty()))
                .isEqualTo(Step.STAY);
        assertThat(PairDecision.next(new Self(Role.ACTIVE, true, 1, true, false, LONG, true), Optional.empty()))
                .isEqualTo(Step.BECOME_STANDBY);
        assertThat(PairDecision.next(self(Role.ACTIVE, true, 1), Optional.empty()))
                .isEqualTo(Step.STAY);
    }

    @Test
    void aNewOneWaitsLongerAndDoesNotHoldAddressesForNothing() {
        Duration second = Duration.ofSeconds(1);
        Duration minute = Duration.ofMinutes(1);
        assertThat(alone(true, second, true)).isEqualTo(Step.ASK);
        assertThat(alone(false, second, true)).isEqualTo(Step.STAY);
        assertThat(alone(false, minute, true)).isEqualTo(Step.ASK);
        assertThat(alone(true, second, false)).isEqualTo(Step.STAY);
        assertThat(alone(true, minute, false)).isEqualTo(Step.ASK);
        assertThat(alone(false, minute, false)).isEqualTo(Step.STAY);
    }

    private static Step alone(boolean preferred, Duration listened, boolean serves) {
        Self self = new Self(Role.STARTING, preferred, 0, true, true, listened, serves);
        return PairDecision.next(self, Optional.empty());
    }

    @Test
    void ofTwoOwnersTheLaterOneGoesOn() {
        assertThat(PairDecision.next(self(Role.ACTIVE, true, 1), other(Role.ACTIVE, false, 2)))
                .isEqualTo(Step.BECOME_STANDBY);
        assertThat(PairDecision.next(self(Role.ACTIVE, false, 2), other(Role.ACTIVE, true, 1)))
                .isEqualTo(Step.STAY);
    }

    @Test
    void oneThatStopsOrCannotServeIsFollowedAtOnce() {
        assertThat(PairDecision.next(self(Role.STANDBY, false, 1), other(Role.OUT, true, 1)))
                .isEqualTo(Step.BECOME_ACTIVE);
        assertThat(PairDecision.next(
                        new Self(Role.ACTIVE, true, 1, false, true, LONG, true), other(Role.STANDBY, false, 1)))
                .isEqualTo(Step.BECOME_STANDBY);
    }

    @Test
    void messagesAreSignedAndFresh() {
        PairMessage message = new PairMessage(Role.ACTIVE, true, 7, 100_000);
        String line = message.print(KEY);
        assertThat(PairMessage.parse(line, KEY, 101_000)).contains(message);
        assertThat(PairMessage.parse(line, KEY, 110_000)).isEmpty();
        assertThat(PairMessage.parse(line.replace("7", "8"), KEY, 100_000)).isEmpty();
        assertThat(PairMessage.parse(line, "other".getBytes(StandardCharsets.US_ASCII), 100_000))
                .isEmpty();
        assertThat(PairMessage.parse("", KEY, 0)).isEmpty();
    }
}
