package io.kantoku.apiserver.auth;

import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What one logical cluster trusts and signs with.
 *
 * @param clientAuthorities authorities whose client certificates name users
 * @param issuer the {@code iss} of its service-account tokens
 * @param signingKey signs service-account tokens, an elliptic-curve or RSA key; never printed
 * @param verificationKeys verify service-account tokens; the first is the signing key's public half, the others are of keys
 *     that signed earlier
 */
public record ClusterKeys(
        List<X509Certificate> clientAuthorities,
        String issuer,
        PrivateKey signingKey,
        List<PublicKey> verificationKeys) {
    public ClusterKeys {
        clientAuthorities = List.copyOf(clientAuthorities);
        verificationKeys = List.copyOf(verificationKeys);
    }

    @Override
    public String toString() {
        return "ClusterKeys[" + issuer + "]";
    }
}
