package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.appliance.PairMessage.Role;
import java.time.Duration;
import java.util.Optional;

/**
 * Which role one of a pair takes next. Pure.
 *
 * <p>Whoever is active stays it; the preferred one wins only when both start. One that hears nothing takes over only after it has
 * asked for a virtual IP on the network itself and got no answer, and not at all if it is new and serves nothing there, unless it
 * is the preferred one; one that hears nothing because it is cut off lets go. If two
 * find each other active, the one that took over later goes on, for it is where the neighbours send their packets.
 */
final class PairDecision {
    /** One that was not heard for so long is gone. */
    static final Duration SILENCE = Duration.ofMillis(700);

    /** So long one that has just started waits for a sign of the preferred one, which may start as well and be slower. */
    private static final Duration COURTESY = SILENCE.multipliedBy(3);

    /** And so long one waits that would hold addresses and serve nothing at them. */
    private static final Duration NOTHING_TO_DO = Duration.ofSeconds(5);

    private PairDecision() {}

    /** What to do. */
    enum Step {
        STAY,
        BECOME_ACTIVE,
        BECOME_STANDBY,
        /** Ask whether anybody holds the virtual IPs, and become active if nobody does. */
        ASK
    }

    /**
     * One of a pair, as it sees itself.
     *
     * @param term see {@link PairMessage#term}
     * @param healthy whether it could serve
     * @param connected whether the card of the virtual IPs has a cable in it; looked at only when nothing is heard
     * @param listened since when it could have heard the other
     * @param serves whether it has anything to serve at the virtual IPs: a new one has not until it is programmed
     */
    record Self(
            Role role,
            boolean preferred,
            long term,
            boolean healthy,
            boolean connected,
            Duration listened,
            boolean serves) {
        /** Whether it may take over from one that is not heard at all. */
        private boolean mayStepIn() {
            Duration patience = !serves ? NOTHING_TO_DO : preferred ? SILENCE : COURTESY;
            return connected && (serves || preferred) && listened.compareTo(patience) > 0;
        }
    }

    /** @param heard the other's last message, if it is recent */
    static Step next(Self self, Optional<PairMessage> heard) {
        Optional<Role> other = heard.map(PairMessage::role);
        boolean otherActive = other.filter(role -> role == Role.ACTIVE).isPresent();
        return switch (self.role()) {
            case ACTIVE -> {
                boolean yields = !self.healthy()
                        && other.filter(role -> role == Role.STANDBY).isPresent();
                boolean outdated = otherActive && outranked(self, heard.orElseThrow());
                boolean alone = other.isEmpty() && !self.connected();
                yield yields || outdated || alone ? Step.BECOME_STANDBY : Step.STAY;
            }
            case STARTING, STANDBY -> {
                if (!self.healthy() || self.listened().compareTo(SILENCE) <= 0) {
                    yield Step.STAY;
                }
                if (otherActive) {
                    yield self.role() == Role.STARTING ? Step.BECOME_STANDBY : Step.STAY;
                }
                if (other.isEmpty()) {
                    yield self.mayStepIn() ? Step.ASK : Step.STAY;
                }
                yield other.get() == Role.OUT || self.preferred() ? Step.BECOME_ACTIVE : Step.STAY;
            }
            case OUT -> Step.STAY;
        };
    }

    private static boolean outranked(Self self, PairMessage other) {
        return other.term() == self.term() ? other.preferred() : other.term() > self.term();
    }
}
