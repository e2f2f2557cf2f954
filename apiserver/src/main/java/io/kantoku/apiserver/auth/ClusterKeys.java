package io.kantoku.apiserver.auth;

import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.List;

/**
 * What one logical cluster trusts and signs with.
 *
 * @param clientAuthorities authorities whose client certificates name users
 * @param issuer the {@code iss} of its service-account tokens
 * @param signingKey signs service-account tokens; never printed
 * @param verificationKeys verify service-account tokens; the first is the signing key's public half, the others are of keys
 *     that signed earlier
 */
public record ClusterKeys(
        List<X509Certificate> clientAuthorities,
        String issuer,
        ECPrivateKey signingKey,
        List<ECPublicKey> verificationKeys) {
    public ClusterKeys {
        clientAuthorities = List.copyOf(clientAuthorities);
        verificationKeys = List.copyOf(verificationKeys);
    }

    @Override
    public String toString() {
        return "ClusterKeys[" + issuer + "]";
    }
}
