package io.kantoku.supervisor.sso;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * An OpenID Connect provider and how its users are ours.
 *
 * @param domain of its users here, for example {@code corp.example}
 * @param issuer the provider, as the {@code iss} of its tokens has it
 * @param clientId what the provider knows us as: the audience of tokens
 * @param clientSecret {@code ""} for a public client; never printed
 * @param usernameClaim the claim with the user's name, which may end in {@code @} and the domain
 * @param groupsClaim the claim with the names of the user's groups
 * @param administrators the group whose members administer vCenter; {@code ""} for none
 * @param redirect where the provider sends browsers back to
 * @param authorities whom to trust for the provider's certificate
 */
public record OidcOptions(
        String domain,
        URI issuer,
        String clientId,
        String clientSecret,
        String usernameClaim,
        String groupsClaim,
        String administrators,
        URI redirect,
        List<X509Certificate> authorities) {
    public OidcOptions {
        authorities = List.copyOf(authorities);
        if (!"https".equals(issuer.getScheme()) || issuer.getHost() == null) {
            throw new IllegalArgumentException("issuer must be an https URL, found " + issuer);
        }
    }

    @Override
    public String toString() {
        return "OidcOptions[" + domain + " " + issuer + "]";
    }
}
