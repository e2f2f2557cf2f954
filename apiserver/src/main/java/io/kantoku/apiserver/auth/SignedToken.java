package io.kantoku.apiserver.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A signed JSON Web Token (RFC 7515). The key decides the algorithm, as upstream: RS256 for RSA, ES256 to ES512 by the curve
 * (RFC 7518 sections 3.3 and 3.4); what the token itself says of its algorithm must be just that.
 */
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

    static String sign(JWTClaimsSet claims, PrivateKey key, PublicKey publicKey) {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(algorithm(key)).keyID(keyId(publicKey)).build(), claims);
        try {
            jwt.sign(signer(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("a token could not be signed", e);
        }
        return jwt.serialize();
    }

    /** Claims are worth nothing before {@link #signedBy} said yes. */
    JWTClaimsSet claims() {
        return claims;
    }

    boolean signedBy(List<? extends PublicKey> keys) {
        JWSAlgorithm claimed = jwt.getHeader().getAlgorithm();
        for (PublicKey key : keys) {
            try {
                if (algorithm(key).equals(claimed) && jwt.verify(verifier(key))) {
                    return true;
                }
            } catch (JOSEException _) {
                // this key cannot verify it; another one may
            }
        }
        return false;
    }

    static String keyId(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static JWSAlgorithm algorithm(Key key) {
        return switch (key) {
            case RSAKey _ -> JWSAlgorithm.RS256;
            case ECKey curve ->
                switch (curve.getParams().getCurve().getField().getFieldSize()) {
                    case 256 -> JWSAlgorithm.ES256;
                    case 384 -> JWSAlgorithm.ES384;
                    case 521 -> JWSAlgorithm.ES512;
                    default -> throw unusable(key);
                };
            default -> throw unusable(key);
        };
    }

    private static IllegalArgumentException unusable(Key key) {
        return new IllegalArgumentException(
                "tokens are signed with RSA keys or those of the curves P-256, P-384 and P-521, not "
                        + key.getAlgorithm());
    }

    private static JWSSigner signer(PrivateKey key) throws JOSEException {
        return key instanceof ECPrivateKey curve ? new ECDSASigner(curve) : new RSASSASigner(key);
    }

    private static JWSVerifier verifier(PublicKey key) throws JOSEException {
        return switch (key) {
            case ECPublicKey curve -> new ECDSAVerifier(curve);
            case RSAPublicKey rsa -> new RSASSAVerifier(rsa);
            default -> throw unusable(key);
        };
    }
}
