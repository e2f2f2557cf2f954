package io.kantoku.transport.pki;

import io.kantoku.transport.pki.Verdict.Reason;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Judges the certificate chain of a peer as RFC 5280 and Go's crypto/x509 do. Pure; no revocation lists. */
public final class CertificateVerifier {
    private static final int LONGEST_CHAIN = 8;
    private static final String ANY_USAGE = "2.5.29.37.0";

    private CertificateVerifier() {}

    /**
     * Judges a chain.
     *
     * @param chain the peer's certificates, leaf first; the others may be in any order, and may be unneeded
     * @param authorities those that are trusted
     * @param usage what the peer uses its certificate for
     */
    public static Verdict verify(
            List<X509Certificate> chain, Collection<X509Certificate> authorities, Usage usage, Instant now) {
        if (chain.isEmpty()) {
            return new Verdict.Rejected(Reason.NO_CERTIFICATE, "the peer presented no certificate");
        }
        X509Certificate leaf = chain.getFirst();
        try {
            leaf.checkValidity(Date.from(now));
            if (!allows(leaf, usage)) {
                return reject(
                        Reason.WRONG_USAGE,
                        leaf,
                        "is not for use by a " + usage.name().toLowerCase(Locale.ROOT));
            }
            Optional<Path> path = path(chain, authorities);
            if (path.isEmpty()) {
                return reject(
                        Reason.UNKNOWN_AUTHORITY,
                        leaf,
                        "is signed by an unknown authority, " + leaf.getIssuerX500Principal());
            }
            return validate(path.get(), leaf, now);
        } catch (CertificateExpiredException e) {
            return reject(
                    Reason.EXPIRED, leaf, "expired at " + leaf.getNotAfter().toInstant());
        } catch (CertificateNotYetValidException e) {
            return reject(
                    Reason.NOT_YET_VALID,
                    leaf,
                    "is not valid before " + leaf.getNotBefore().toInstant());
        } catch (CertificateParsingException e) {
            return reject(Reason.MALFORMED, leaf, "cannot be read: " + e.getMessage());
        }
    }

    private static Verdict validate(Path path, X509Certificate leaf, Instant now) {
        if (path.certificates().isEmpty()) { // the leaf itself is trusted
            return new Verdict.Trusted(path.anchor());
        }
        try {
            path.anchor().checkValidity(Date.from(now));
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(path.anchor(), null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509").generateCertPath(path.certificates()), parameters);
            return new Verdict.Trusted(path.anchor());
        } catch (CertPathValidatorException e) {
            return reject(reason(e), leaf, "does not lead to a trusted authority: " + e.getMessage());
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            return reject(Reason.EXPIRED, leaf, "is signed by an authority that is not valid now: " + e.getMessage());
        } catch (CertificateException | InvalidAlgorithmParameterException e) {
            return reject(Reason.MALFORMED, leaf, "cannot be read: " + e.getMessage());
        } catch (GeneralSecurityException e) {
            throw new PkiException("this JDK cannot validate certificates: " + e.getMessage(), e);
        }
    }

    private static Reason reason(CertPathValidatorException e) {
        if (e.getReason() == CertPathValidatorException.BasicReason.EXPIRED) {
            return Reason.EXPIRED;
        }
        if (e.getReason() == CertPathValidatorException.BasicReason.NOT_YET_VALID) {
            return Reason.NOT_YET_VALID;
        }
        return Reason.UNKNOWN_AUTHORITY;
    }

    private static Verdict reject(Reason reason, X509Certificate leaf, String what) {
        return new Verdict.Rejected(reason, "the certificate of " + leaf.getSubjectX500Principal() + " " + what);
    }

    private static boolean allows(X509Certificate leaf, Usage usage) throws CertificateParsingException {
        List<String> usages = leaf.getExtendedKeyUsage();
        return usages == null || usages.contains(usage.oid()) || usages.contains(ANY_USAGE);
    }

    /** A way from the leaf to an authority, by signatures. */
    private static Optional<Path> path(List<X509Certificate> chain, Collection<X509Certificate> authorities) {
        X509Certificate current = chain.getFirst();
        if (authorities.contains(current)) {
            return Optional.of(new Path(List.of(), current));
        }
        List<X509Certificate> path = new ArrayList<>(List.of(current));
        List<X509Certificate> intermediates = new ArrayList<>(chain.subList(1, chain.size()));
        while (path.size() <= LONGEST_CHAIN) {
            Optional<X509Certificate> anchor = issuer(current, authorities);
            if (anchor.isPresent()) {
                return Optional.of(new Path(path, anchor.get()));
            }
            Optional<X509Certificate> next = issuer(current, intermediates);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            current = next.get();
            intermediates.remove(current);
            path.add(current);
        }
        return Optional.empty();
    }

    private static Optional<X509Certificate> issuer(X509Certificate signed, Collection<X509Certificate> candidates) {
        return candidates.stream()
                .filter(candidate -> candidate.getSubjectX500Principal().equals(signed.getIssuerX500Principal()))
                .filter(candidate -> signedBy(signed, candidate))
                .findFirst();
    }

    private static boolean signedBy(X509Certificate signed, X509Certificate issuer) {
        try {
            signed.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private record Path(List<X509Certificate> certificates, X509Certificate anchor) {}
}
