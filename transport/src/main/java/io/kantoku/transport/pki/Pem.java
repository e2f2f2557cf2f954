package io.kantoku.transport.pki;

import io.kantoku.transport.TlsIdentity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Reads and writes certificates and keys in PEM (RFC 7468). Text around the blocks is ignored. */
public final class Pem {
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    /**
     * All certificates of a bundle, in its order.
     *
     * @throws PkiException when there is none, or one cannot be read
     */
    public static List<X509Certificate> certificates(String pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Object found : parse(pem)) {
            if (found instanceof X509CertificateHolder holder) {
                certificates.add(certificate(encoded(holder)));
            }
        }
        if (certificates.isEmpty()) {
            throw new PkiException("there is no certificate in the PEM data; it needs a block BEGIN CERTIFICATE");
        }
        return List.copyOf(certificates);
    }

    /** A private key: PKCS#8 ({@code PRIVATE KEY}), SEC1 ({@code EC PRIVATE KEY}) or PKCS#1 ({@code RSA PRIVATE KEY}). */
    public static PrivateKey privateKey(String pem) {
        for (Object found : parse(pem)) {
            if (found instanceof PrivateKeyInfo info) {
                return privateKey(info);
            }
            if (found instanceof PEMKeyPair pair) {
                return privateKey(pair.getPrivateKeyInfo());
            }
        }
        throw new PkiException(
                "there is no private key in the PEM data; it needs an unencrypted block BEGIN PRIVATE KEY,"
                        + " BEGIN EC PRIVATE KEY or BEGIN RSA PRIVATE KEY");
    }

    /** A private key with its public half. */
    public static KeyPair keyPair(String pem) {
        PrivateKey secret = privateKey(pem);
        return new KeyPair(Keys.publicHalf(secret), secret);
    }

    /** All public keys ({@code PUBLIC KEY}), those of private keys and of certificates included, in their order. */
    public static List<PublicKey> publicKeys(String pem) {
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
        List<PublicKey> keys = new ArrayList<>();
        try {
            for (Object found : parse(pem)) {
                switch (found) {
                    case SubjectPublicKeyInfo info -> keys.add(converter.getPublicKey(info));
                    case PrivateKeyInfo info -> keys.add(Keys.publicHalf(privateKey(info)));
                    case PEMKeyPair pair -> keys.add(converter.getPublicKey(pair.getPublicKeyInfo()));
                    case X509CertificateHolder holder ->
                        keys.add(converter.getPublicKey(holder.getSubjectPublicKeyInfo()));
                    default -> {}
                }
            }
        } catch (IOException e) {
            throw new PkiException("a public key in the PEM data cannot be read: " + e.getMessage(), e);
        }
        if (keys.isEmpty()) {
            throw new PkiException("there is no public key in the PEM data; it needs a block BEGIN PUBLIC KEY");
        }
        return List.copyOf(keys);
    }

    /**
     * A key with its certificate chain, leaf first.
     *
     * @throws PkiException when the key is not the leaf's
     */
    public static TlsIdentity identity(String certificatePem, String keyPem) {
        TlsIdentity identity = new TlsIdentity(privateKey(keyPem), certificates(certificatePem));
        if (!Keys.match(identity.key(), identity.certificate().getPublicKey())) {
            throw new PkiException("the key does not belong to the certificate of "
                    + identity.certificate().getSubjectX500Principal() + "; give the pair that was saved together");
        }
        return identity;
    }

    public static String encode(X509Certificate certificate) {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateException e) {
            throw new PkiException("cannot encode a certificate: " + e.getMessage(), e);
        }
    }

    /** A bundle. */
    public static String encode(List<X509Certificate> certificates) {
        StringBuilder bundle = new StringBuilder();
        certificates.forEach(certificate -> bundle.append(encode(certificate)));
        return bundle.toString();
    }

    /**
     * A key, unencrypted: the text is a secret. Elliptic-curve keys are written as kubeadm writes them, in SEC1 (RFC 5915), since
     * client libraries tell from the block's label what the key is; all others in PKCS#8.
     */
    public static String encode(PrivateKey key) {
        if (!(key instanceof java.security.interfaces.ECPrivateKey curve)) {
            return block("PRIVATE KEY", key.getEncoded());
        }
        SubjectPublicKeyInfo half =
                SubjectPublicKeyInfo.getInstance(Keys.publicHalf(key).getEncoded());
        ECPrivateKey structure = new ECPrivateKey(
                curve.getParams().getOrder().bitLength(),
                curve.getS(),
                half.getPublicKeyData(),
                half.getAlgorithm().getParameters());
        try {
            return block("EC PRIVATE KEY", structure.getEncoded());
        } catch (IOException e) {
            throw new PkiException("cannot encode a key: " + e.getMessage(), e);
        }
    }

    public static String encode(PublicKey key) {
        return block("PUBLIC KEY", key.getEncoded());
    }

    /** The identity's certificate chain, leaf first. */
    public static String certificates(TlsIdentity identity) {
        return encode(identity.chain());
    }

    /** The identity's key; the text is a secret. */
    public static String key(TlsIdentity identity) {
        return encode(identity.key());
    }

    static X509Certificate certificate(byte[] encoded) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (CertificateException e) {
            throw new PkiException("a certificate cannot be read: " + e.getMessage(), e);
        }
    }

    static <T> T single(String pem, Class<T> type, String what) {
        return parse(pem).stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow(() -> new PkiException("there is no " + what + " in the PEM data"));
    }

    static String block(String label, byte[] content) {
        String body = new String(BASE64.encode(content), StandardCharsets.US_ASCII);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private static PrivateKey privateKey(PrivateKeyInfo info) {
        try {
            return new JcaPEMKeyConverter().getPrivateKey(info);
        } catch (IOException e) {
            throw new PkiException("the private key cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] encoded(X509CertificateHolder holder) {
        try {
            return holder.getEncoded();
        } catch (IOException e) {
            throw new PkiException("a certificate cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<Object> parse(String pem) {
        List<Object> found = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
                found.add(next);
            }
            return found;
        } catch (IOException | RuntimeException e) { // the parser throws what its ASN.1 reader throws
            throw new PkiException("the PEM data cannot be read: " + e.getMessage(), e);
        }
    }
}
