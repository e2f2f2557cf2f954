package io.kantoku.supervisor.sso;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Sessions of the vCenter REST API; they end after some time without use, and with the process. */
public final class Sessions {
    private static final Duration IDLE_LIMIT = Duration.ofMinutes(30);
    private static final int TOKEN_BYTES = 24;

    /**
     * One session.
     *
     * @param token never printed
     */
    public record Session(String token, Principal user, Instant created, Instant lastUsed) {
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
        sessions.values().removeIf(session -> ended(session, now));
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        Session session = new Session(HexFormat.of().formatHex(token), user, now, now);
        sessions.put(session.token(), session);
        return session;
    }

    /** The session of a token, marked as used now; empty when it is unknown or has ended. */
    public Optional<Session> use(String token) {
        Instant now = clock.instant();
        Session used = sessions.computeIfPresent(
                token,
                (key, session) ->
                        ended(session, now) ? null : new Session(key, session.user(), session.created(), now));
        return Optional.ofNullable(used);
    }

    public void close(String token) {
        sessions.remove(token);
    }

    private static boolean ended(Session session, Instant now) {
        return session.lastUsed().plus(IDLE_LIMIT).isBefore(now);
    }
}
