package io.kantoku.supervisor.sso;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Sessions of the vCenter REST API. They end after some time without use, ten hours after they began, and with the process.
 * Thread-safe.
 */
public final class Sessions {
    /** How long a session may be unused. */
    public static final Duration IDLE_LIMIT = Duration.ofMinutes(30);

    /** How long a session may last. */
    public static final Duration LIFETIME = Duration.ofHours(10);

    private static final int TOKEN_BYTES = 24;

    /**
     * One session.
     *
     * @param token never printed
     * @param csrfToken what a browser must send beside its cookie in requests that change something; never printed
     */
    public record Session(String token, String csrfToken, Principal user, Instant created, Instant lastUsed) {
        /** When it ends at the latest. */
        public Instant expires() {
            return created.plus(LIFETIME);
        }

        private boolean ended(Instant now) {
            return lastUsed.plus(IDLE_LIMIT).isBefore(now) || expires().isBefore(now);
        }

        private Session used(Instant now) {
            return new Session(token, csrfToken, user, created, now);
        }

        @Override
        public String toString() {
            return "Session[" + user.fullName() + "]";
        }
    }

    private final ConcurrentMap<String, Session> sessions = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock;

    public Sessions(InstantSource clock) {
        this.clock = clock;
    }

    public Session open(Principal user) {
        Instant now = clock.instant();
        sessions.values().removeIf(session -> session.ended(now));
        Session session = new Session(token(), token(), user, now, now);
        sessions.put(session.token(), session);
        return session;
    }

    /** The session of a token, marked as used now; empty when it is unknown or has ended. */
    public Optional<Session> use(String token) {
        Instant now = clock.instant();
        return Optional.ofNullable(
                sessions.computeIfPresent(token, (_, session) -> session.ended(now) ? null : session.used(now)));
    }

    /** Whether a session goes on; asking does not keep it. */
    public boolean alive(String token) {
        Session session = sessions.get(token);
        return session != null && !session.ended(clock.instant());
    }

    public void close(String token) {
        sessions.remove(token);
    }

    /** Ends all sessions of a user but one; {@code ""} for all. */
    public void closeOthers(Principal user, String keptToken) {
        sessions.values()
                .removeIf(session -> session.user().fullName().equals(user.fullName())
                        && !session.token().equals(keptToken));
    }

    private String token() {
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        return HexFormat.of().formatHex(token);
    }
}
