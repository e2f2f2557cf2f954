package io.kantoku.apiserver.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import io.kantoku.apimachinery.ClusterId;
import java.security.PublicKey;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Accepts tokens of one trusted issuer in every logical cluster that the token names as its audience: the Supervisor's login.
 *
 * <p>User and groups are the claims {@code sub} and {@code groups}, taken as they are; an issuer that is trusted may not name
 * anybody {@code system:…}.
 */
public final class LoginTokenAuthenticator implements Authenticator {
    private final String issuer;
    private final Supplier<? extends List<? extends PublicKey>> keys;
    private final InstantSource clock;

    public LoginTokenAuthenticator(
            String issuer, Supplier<? extends List<? extends PublicKey>> keys, InstantSource clock) {
        this.issuer = issuer;
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    public Optional<UserInfo> authenticate(ClusterId cluster, Credential credential) {
        if (!(credential instanceof Credential.Bearer(String token))) {
            return Optional.empty();
        }
        Optional<SignedToken> parsed = SignedToken.parse(token)
                .filter(signed -> issuer.equals(signed.claims().getIssuer()));
        if (parsed.isEmpty()) {
            return Optional.empty();
        }
        JWTClaimsSet claims = parsed.get().claims();
        if (!parsed.get().signedBy(keys.get())
                || !TokenTimes.valid(claims, clock.instant())
                || !claims.getAudience().contains(cluster.value())) {
            throw AuthenticatorChain.unauthorized();
        }
        String name = Claims.text(claims, "sub");
        List<String> groups = Claims.texts(claims, "groups");
        if (name.isEmpty() || reserved(name) || groups.stream().anyMatch(LoginTokenAuthenticator::reserved)) {
            throw AuthenticatorChain.unauthorized();
        }
        return Optional.of(new UserInfo(name, "", groups, Map.of()));
    }

    private static boolean reserved(String name) {
        return name.startsWith("system:");
    }
}
