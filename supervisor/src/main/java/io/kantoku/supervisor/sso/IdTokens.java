package io.kantoku.supervisor.sso;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Judges ID tokens (OpenID Connect Core 1.0, 3.1.3.7) and reads the user out of them. */
final class IdTokens {
    private static final Duration SKEW = Duration.ofSeconds(60);

    /** Never a symmetric one, whose key would be the client's secret, and never none. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private final OidcOptions options;
    private final OidcProvider provider;
    private final InstantSource clock;

    IdTokens(OidcOptions options, OidcProvider provider, InstantSource clock) {
        this.options = options;
        this.provider = provider;
        this.clock = clock;
    }

    /** Who issued a token, by its own word; empty when it is no signed token. */
    static Optional<String> issuer(String token) {
        try {
            return Optional.ofNullable(SignedJWT.parse(token).getJWTClaimsSet().getIssuer());
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    /**
     * The user of a token.
     *
     * @param nonce what the token must have been made for; empty when it did not come by a login of ours
     * @throws OidcException with the reason why the token is not good
     */
    Principal user(String token, Optional<String> nonce) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            require(options.issuer().toString().equals(claims.getIssuer()), "it is of another issuer");
            require(ALGORITHMS.contains(jwt.getHeader().getAlgorithm()), "its algorithm is not accepted");
            require(signed(jwt), "none of the provider's keys has signed it");
            audience(claims);
            times(claims);
            if (nonce.isPresent()) {
                require(nonce.get().equals(claims.getStringClaim("nonce")), "it was made for another login");
            }
            return new Principal(name(claims), options.domain(), groups(claims));
        } catch (ParseException e) {
            throw new OidcException("the ID token is not good: it cannot be read", e);
        }
    }

    private void audience(JWTClaimsSet claims) throws ParseException {
        require(claims.getAudience().contains(options.clientId()), "it is for another client");
        String party = claims.getStringClaim("azp");
        require(
                party == null ? claims.getAudience().size() == 1 : party.equals(options.clientId()),
                "it was given to another client");
    }

    private void times(JWTClaimsSet claims) {
        Instant now = clock.instant();
        require(claims.getExpirationTime() != null, "it has no end");
        require(now.minus(SKEW).isBefore(instant(claims.getExpirationTime())), "it has ended");
        require(
                claims.getNotBeforeTime() == null || !now.plus(SKEW).isBefore(instant(claims.getNotBeforeTime())),
                "it is not good yet");
        require(
                claims.getIssueTime() != null && !now.plus(SKEW).isBefore(instant(claims.getIssueTime())),
                "it was issued in the future, or does not say when");
    }

    private static Instant instant(Date date) {
        return date.toInstant();
    }

    private boolean signed(SignedJWT jwt) {
        for (JWK key : provider.keys(jwt.getHeader().getKeyID())) {
            try {
                Optional<JWSVerifier> verifier = verifier(key);
                if (verifier.isPresent()
                        && verifier.get()
                                .supportedJWSAlgorithms()
                                .contains(jwt.getHeader().getAlgorithm())
                        && jwt.verify(verifier.get())) {
                    return true;
                }
            } catch (JOSEException _) {
                // this key cannot verify it; another one may
            }
        }
        return false;
    }

    private static Optional<JWSVerifier> verifier(JWK key) throws JOSEException {
        return switch (key) {
            case RSAKey rsa -> Optional.of(new RSASSAVerifier(rsa.toRSAPublicKey()));
            case ECKey curve -> Optional.of(new ECDSAVerifier(curve.toECPublicKey()));
            default -> Optional.empty();
        };
    }

    private String name(JWTClaimsSet claims) throws ParseException {
        String claim = claims.getStringClaim(options.usernameClaim());
        require(claim != null && !claim.isBlank(), "it has no claim " + options.usernameClaim());
        String lower = String.valueOf(claim).toLowerCase(Locale.ROOT);
        String end = "@" + options.domain().toLowerCase(Locale.ROOT);
        String name = lower.endsWith(end) ? lower.substring(0, lower.length() - end.length()) : lower;
        require(NAME.matcher(name).matches(), "its user name '" + claim + "' is not one of " + options.domain());
        return name;
    }

    /** Who administers vCenter is told by the configuration, never by its name alone. */
    private List<String> groups(JWTClaimsSet claims) {
        List<String> groups = new ArrayList<>();
        Object claim = claims.getClaim(options.groupsClaim());
        if (claim instanceof List<?> list) {
            list.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .forEach(groups::add);
        } else if (claim instanceof String one) {
            groups.add(one);
        }
        boolean administrator = !options.administrators().isEmpty() && groups.contains(options.administrators());
        groups.removeIf(Privileges.GROUPS::contains);
        if (administrator) {
            groups.add(Principal.ADMINISTRATORS);
        }
        return groups;
    }

    private static void require(boolean good, String fault) {
        if (!good) {
            throw new OidcException("the ID token is not good: " + fault);
        }
    }
}
