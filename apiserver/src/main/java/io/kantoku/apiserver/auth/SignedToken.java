package io.kantoku.apiserver.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A JSON Web Token signed with ES256 (RFC 7515, RFC 7518 section 3.4); no other algorithm is made or accepted. */
final class SignedToken {
    private final SignedJWT jwt;
    private final JWTClaimsSet claims;

    private SignedToken(SignedJWT jwt, JWTClaimsSet claims) {
        this.jwt = jwt;
        this.claims = claims;
    }

    /** Reads a token without trusting it; empty when it is no signed token at all. */
    static Optional<SignedToken> parse(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            return Optional.of(new SignedToken(jwt, jwt.getJWTClaimsSet()));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    static String sign(JWTClaimsSet claims, ECPrivateKey key, ECPublicKey publicKey) {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID(keyId(publicKey))
                        .build(),
                claims);
        try {
            jwt.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("a token could not be signed", e);
        }
        return jwt.serialize();
    }

    /** Claims are worth nothing before {@link #signedBy} said yes. */
    JWTClaimsSet claims() {
        return claims;
    }

    boolean signedBy(List<ECPublicKey> keys) {
        if (!JWSAlgorithm.ES256.equals(jwt.getHeader().getAlgorithm())) {
            return false;
        }
        for (ECPublicKey key : keys) {
            try {
                if (jwt.verify(new ECDSAVerifier(key))) {
                    return true;
                }
            } catch (JOSEException _) {
                // this key cannot verify it; another one may
            }
        }
        return false;
    }

    static String keyId(ECPublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
