package io.kantoku.transport.pki;

import io.kantoku.transport.TlsIdentity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A self-signed authority with its key; issues certificates of servers and clients. Thread-safe. */
public final class CertificateAuthority {
    /** Ten years. */
    public static final Duration DEFAULT_VALIDITY = Duration.ofDays(3650);

    /** So that a client whose clock is a little slow accepts a certificate that was just made. */
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final InstantSource clock;

    private CertificateAuthority(X509Certificate certificate, PrivateKey key, InstantSource clock) {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
    }

    /** A new authority with a new P-256 key. */
    public static CertificateAuthority create(String commonName, Duration validity, InstantSource clock) {
        KeyPair pair = Keys.generate();
        X500Name name = new Subject(commonName, List.of()).toName();
        return authority(pair, name, name, pair.getPrivate(), clock.instant().plus(validity), clock);
    }

    /**
     * A new authority that this one vouches for, ending with this one. Servers show its certificate behind their own, so that
     * who trusts this authority trusts them.
     */
    public CertificateAuthority subordinate(String commonName) {
        return authority(
                Keys.generate(),
                new Subject(commonName, List.of()).toName(),
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                key,
                certificate.getNotAfter().toInstant(),
                clock);
    }

    private static CertificateAuthority authority(
            KeyPair pair, X500Name name, X500Name issuer, PrivateKey issuerKey, Instant end, InstantSource clock) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer, Keys.serial(), Date.from(now.minus(BACKDATED)), Date.from(end), name, pair.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
        } catch (IOException | GeneralSecurityException e) {
            throw new PkiException("cannot make the authority " + name + ": " + e.getMessage(), e);
        }
        return new CertificateAuthority(sign(builder, issuerKey), pair.getPrivate(), clock);
    }

    /**
     * An authority that was made earlier, here or elsewhere.
     *
     * @throws PkiException when the certificate is no authority's, or the key is not its
     */
    public static CertificateAuthority restore(String certificatePem, String keyPem, InstantSource clock) {
        X509Certificate certificate = Pem.certificates(certificatePem).getFirst();
        if (certificate.getBasicConstraints() < 0) {
            throw new PkiException("the certificate of " + certificate.getSubjectX500Principal()
                    + " may not sign others (CA:FALSE); give the authority's certificate");
        }
        PrivateKey key = Pem.privateKey(keyPem);
        if (!Keys.match(key, certificate.getPublicKey())) {
            throw new PkiException("the key does not belong to the certificate of "
                    + certificate.getSubjectX500Principal() + "; give the pair that was saved together");
        }
        return new CertificateAuthority(certificate, key, clock);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** The public half, as kubeconfigs and bundles carry it. */
    public String certificatePem() {
        return Pem.encode(certificate);
    }

    /** The secret half. */
    public String keyPem() {
        return Pem.encode(key);
    }

    /** A new key with a certificate. */
    public TlsIdentity issue(LeafSpec spec) {
        KeyPair pair = Keys.generate();
        return new TlsIdentity(pair.getPrivate(), List.of(sign(pair.getPublic(), spec)));
    }

    /** A certificate for a key that somebody else holds. */
    public X509Certificate sign(PublicKey holder, LeafSpec spec) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant authorityEnd = certificate.getNotAfter().toInstant();
        Instant end = now.plus(spec.validity());
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                Keys.serial(),
                Date.from(now.minus(BACKDATED)),
                Date.from(end.isAfter(authorityEnd) ? authorityEnd : end),
                spec.subject().toName(),
                holder);
        try {
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(
                    Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | keyEncipherment(holder)));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(EnumSet.copyOf(spec.usages()).stream()
                            .map(Usage::purpose)
                            .toArray(KeyPurposeId[]::new)));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(certificate));
            if (!spec.hosts().isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, SubjectAlternativeNames.encode(spec.hosts()));
            }
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new PkiException("cannot make a certificate for " + spec.subject() + ": " + e.getMessage(), e);
        }
        return sign(builder, key);
    }

    /** The certificate that a signing request asks for: its key, subject and hosts; usages and validity are the signer's to decide. */
    public X509Certificate sign(CertificateSigningRequest request, Set<Usage> usages, Duration validity) {
        return sign(request.publicKey(), new LeafSpec(request.subject(), request.hosts(), usages, validity));
    }

    /** RSA keys are also used to encrypt the premaster secret in TLS 1.2. */
    private static int keyEncipherment(PublicKey holder) {
        return holder.getAlgorithm().equals("RSA") ? KeyUsage.keyEncipherment : 0;
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) {
        try {
            byte[] encoded = builder.build(new JcaContentSignerBuilder(Keys.signatureAlgorithm(key)).build(key))
                    .getEncoded();
            return Pem.certificate(encoded);
        } catch (OperatorCreationException | IOException e) {
            throw new PkiException("cannot sign a certificate: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "CertificateAuthority[" + certificate.getSubjectX500Principal() + "]";
    }
}
