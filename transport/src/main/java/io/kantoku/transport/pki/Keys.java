package io.kantoku.transport.pki;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import org.bouncycastle.jcajce.provider.asymmetric.util.EC5Util;
import org.bouncycastle.jce.spec.ECParameterSpec;
import org.bouncycastle.math.ec.ECPoint;

/** P-256 key pairs and what goes with them. */
public final class Keys {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SERIAL_BITS = 127;
    private static final byte[] PROBE = {1, 2, 3, 4};

    private Keys() {}

    /** A new P-256 key pair. */
    public static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new PkiException("this JDK cannot make P-256 keys: " + e.getMessage(), e);
        }
    }

    /** The public key of an RSA or elliptic-curve key. */
    static PublicKey publicHalf(PrivateKey key) {
        try {
            return switch (key) {
                case RSAPrivateCrtKey rsa ->
                    KeyFactory.getInstance("RSA")
                            .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
                case ECPrivateKey curve -> {
                    ECParameterSpec parameters = EC5Util.convertSpec(curve.getParams());
                    ECPoint point = parameters.getG().multiply(curve.getS()).normalize();
                    yield KeyFactory.getInstance("EC")
                            .generatePublic(new ECPublicKeySpec(EC5Util.convertPoint(point), curve.getParams()));
                }
                default ->
                    throw new PkiException("keys of type " + key.getAlgorithm() + " cannot be used; use EC or RSA");
            };
        } catch (GeneralSecurityException e) {
            throw new PkiException("the public half of a key cannot be worked out: " + e.getMessage(), e);
        }
    }

    /** A positive serial number that nobody can guess (RFC 5280 allows 20 octets). */
    static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, RANDOM).setBit(SERIAL_BITS - 1);
    }

    static String signatureAlgorithm(Key key) {
        return switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            case "Ed25519", "EdDSA" -> "Ed25519";
            case String other ->
                throw new PkiException("keys of type " + other + " cannot sign certificates; use EC or RSA");
        };
    }

    /** Whether the two keys are a pair. */
    static boolean match(PrivateKey privateKey, PublicKey publicKey) {
        try {
            String algorithm = signatureAlgorithm(privateKey);
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(privateKey);
            signer.update(PROBE);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey);
            verifier.update(PROBE);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
