package io.kantoku.apiserver.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** When a token is good: RFC 7519 sections 4.1.4 and 4.1.5. */
final class TokenTimes {
    /** How far the clocks of an issuer and of this server may be apart. */
    private static final Duration SKEW = Duration.ofSeconds(10);

    private TokenTimes() {}

    /** Whether the token has an end that is not reached, and a beginning, if any, that is. */
    static boolean valid(JWTClaimsSet claims, Instant now) {
        Date expires = claims.getExpirationTime();
        Date notBefore = claims.getNotBeforeTime();
        return expires != null
                && expires.toInstant().isAfter(now)
                && (notBefore == null || !notBefore.toInstant().isAfter(now.plus(SKEW)));
    }
}
