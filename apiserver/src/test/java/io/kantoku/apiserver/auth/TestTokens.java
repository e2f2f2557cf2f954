package io.kantoku.apiserver.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.kantoku.transport.pki.Keys;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import java.util.List;

/** Tokens as an attacker would make them, and keys. */
final class TestTokens {
    private TestTokens() {}

    static ClusterKeys keys(String issuer) {
        KeyPair pair = Keys.generate();
        return new ClusterKeys(
                List.of(), issuer, (ECPrivateKey) pair.getPrivate(), List.of((ECPublicKey) pair.getPublic()));
    }

    /** {@code alg: none}. */
    static String unsigned(JWTClaimsSet claims) {
        return new PlainJWT(claims).serialize();
    }

    /** {@code alg: none}, in the three parts of a signed token. */
    static String unsignedInThreeParts(JWTClaimsSet claims, String signature) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(claims.toString().getBytes(StandardCharsets.UTF_8)) + "." + signature;
    }

    /** HS256 with what everybody may know, the public key, as its secret. */
    static String macWithPublicKey(JWTClaimsSet claims, PublicKey key) throws Exception {
        SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        jwt.sign(new MACSigner(key.getEncoded()));
        return jwt.serialize();
    }
}
