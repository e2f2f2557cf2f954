package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.appliance.PairMessage.Role;
import java.util.Optional;

/**
 * Which role one of a pair takes next. Pure.
 *
 * <p>Whoever is active stays it; the preferred one wins only when both start. One that hears nothing takes over only after it has
 * asked for a virtual IP on the network itself and got no answer; one that hears nothing because it is cut off lets go. If two
 * find each other active, the one that took over later goes on, for it is where the neighbours send their packets.
 */
final class PairDecision {
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
     * @param listened whether it has listened long enough to have heard the other
     */
    record Self(Role role, boolean preferred, long term, boolean healthy, boolean connected, boolean listened) {}

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
                if (!self.healthy() || !self.listened()) {
                    yield Step.STAY;
                }
                if (otherActive) {
                    yield self.role() == Role.STARTING ? Step.BECOME_STANDBY : Step.STAY;
                }
                if (other.isEmpty()) {
                    yield self.connected() ? Step.ASK : Step.STAY;
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
